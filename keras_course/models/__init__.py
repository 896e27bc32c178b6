"""Builders: functions that return an uncompiled ``keras.Model``, the networks of the slides and modern ones.

- ``dense``: classifiers of digits made of dense layers.
- ``convnet``: a ConvNet for digits.
- ``cats_dogs``: ConvNets for photos; ``transfer_learning``: a network of ``keras.applications`` with a new last layer.
- ``lenet``, ``alexnet``, ``vgg``, ``inception``, ``resnet``: the classic ConvNets, one paper each; ``applications``
  gives them the weights of ``keras.applications``.
- ``stock``: recurrent networks for prices; ``quantiles``: one that learns from many shares at once.
- ``rbm``: restricted Boltzmann machines, for digits and for ratings; their class is in ``boltzmann`` and
  ``boltzmann_ratings``.

What they share: ``blocks`` (the last layer, the regularizer), ``checks`` (of their arguments) and ``pretrained``
(``weights="pretrained"``).
"""

from keras_course.models.alexnet import alexnet
from keras_course.models.cats_dogs import modern, slides_functional, slides_sequential
from keras_course.models.convnet import convnet_functional, convnet_sequential
from keras_course.models.dense import (
    dense_functional,
    dense_sequential,
    linear_classifier,
    three_layer_network,
    two_layer_network,
)
from keras_course.models.inception import inception_v1
from keras_course.models.lenet import lenet5
from keras_course.models.quantiles import quantile_dense
from keras_course.models.rbm import binary_rbm, masked_rbm, softmax_rbm
from keras_course.models.resnet import resnet, resnet18, resnet34, resnet50, resnet101, resnet152
from keras_course.models.stock import lstm_functional, lstm_sequential, quantile_lstm
from keras_course.models.transfer_learning import transfer
from keras_course.models.vgg import vgg, vgg11, vgg13, vgg16, vgg19

__all__ = [
    "alexnet",
    "binary_rbm",
    "convnet_functional",
    "convnet_sequential",
    "dense_functional",
    "dense_sequential",
    "inception_v1",
    "lenet5",
    "linear_classifier",
    "lstm_functional",
    "lstm_sequential",
    "masked_rbm",
    "modern",
    "quantile_dense",
    "quantile_lstm",
    "resnet",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "slides_functional",
    "slides_sequential",
    "softmax_rbm",
    "three_layer_network",
    "transfer",
    "two_layer_network",
    "vgg",
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg19",
]
