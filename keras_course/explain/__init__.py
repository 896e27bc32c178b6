"""What a ConvNet looks at, asked in several ways.

- ``activations``: the maps of its layers; ``receptive_fields``: which pixels reach a value of them;
- ``patches``: the patches of photos that activate a filter most; ``ascent``: a picture that does so still more;
- ``backpropagation``: which pixels a filter or a class owes its value to, by the gradient, the deconvnet or guided
  back-propagation; ``class_activation``: Grad-CAM; ``occlusion``: what happens to a class when a part is hidden;
- ``sanity``: whether such a picture changes when the weights are random: where it does not, it shows the photo and
  not the network.

Works on the models of this course and on those of ``keras.applications``, on every backend.
"""

from keras_course.explain.activations import layer_outputs
from keras_course.explain.ascent import exciting_pictures
from keras_course.explain.backpropagation import input_gradient
from keras_course.explain.class_activation import grad_cam
from keras_course.explain.copies import randomized
from keras_course.explain.gradients import gradient
from keras_course.explain.occlusion import occlusion_map
from keras_course.explain.patches import cut, maximally_activating_patches, strongest_places
from keras_course.explain.receptive_fields import receptive_field
from keras_course.explain.sanity import rank_correlation, sanity_check, structural_similarity

__all__ = [
    "cut",
    "exciting_pictures",
    "grad_cam",
    "gradient",
    "input_gradient",
    "layer_outputs",
    "maximally_activating_patches",
    "occlusion_map",
    "randomized",
    "rank_correlation",
    "receptive_field",
    "sanity_check",
    "strongest_places",
    "structural_similarity",
]
