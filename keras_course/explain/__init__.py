"""What a ConvNet looks at: activations, Grad-CAM, and the patches that activate a filter most.

Works on the models of this course and on those of ``keras.applications``, on every backend.
"""

from keras_course.explain.activations import layer_outputs
from keras_course.explain.class_activation import grad_cam, gradient
from keras_course.explain.patches import maximally_activating_patches
from keras_course.explain.receptive_fields import receptive_field

__all__ = ["grad_cam", "gradient", "layer_outputs", "maximally_activating_patches", "receptive_field"]
