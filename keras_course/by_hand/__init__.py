"""The slides' mathematics in NumPy alone: short functions, with loops where the loop is the lesson.

Import the module that you need, such as ``from keras_course.by_hand import networks``:

    neuron                    one neuron; the perceptron's learning rule; XOR from three neurons
    networks                  dense networks: forward pass, backward pass by the chain rule
    activations               activation functions, each with its derivative
    losses, regularizers      loss functions and weight penalties, each with its gradient
    initializers              initial weights: Glorot's, He's and plainer ones
    normalization             batch normalisation, one normalised feature map, dropout
    optimizers                SGD, momentum, Nesterov, Adagrad, RMSProp, Adadelta, Adam; batches
    landscapes, cake_walk     loss surfaces to descend on; descent without a derivative
    convolution, pooling      layers of a ConvNet, forward and backward
    transposed_convolution    the layer that makes feature maps larger
    kernels                   edge, blur and other small filters
    convnet                   a ConvNet that learns to read digits
    x_and_o, letters          deck 4's X and O, step by step; their distorted variants
    features                  hand-made features of digits, up to histograms of oriented gradients
    points, regions           points in two classes; lines and networks that separate them
    recurrent, gates          the simple recurrent cell and the LSTM; an LSTM whose weights are set by hand
    boltzmann                 restricted Boltzmann machines, enumerated and sampled
    gradient_check            compares a gradient with finite differences

Derivatives of activation functions take the input ``z`` (the pre-activation), never the output. ``NAME_backward`` takes
the gradient of the loss with respect to the outputs of ``NAME``, and returns those with respect to its inputs and
parameters. The tests compare with Keras and with finite differences; the slides' own numbers are in the docstrings, as
examples that run.
"""
