"""Start the experiment: ``python -m apps.convnet_by_hand``."""

from keras_course.experiment import command

from . import Config, main

command.run(main, Config)
