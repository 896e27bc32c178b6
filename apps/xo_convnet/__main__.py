"""Start the experiment: ``python -m apps.xo_convnet``."""

from apps.xo_convnet import Config, main
from keras_course.experiment import command

command.run(main, Config)
