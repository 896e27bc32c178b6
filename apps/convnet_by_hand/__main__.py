"""Start the experiment: ``python -m apps.convnet_by_hand``."""

from apps.convnet_by_hand import Config, main
from keras_course.experiment import command

command.run(main, Config)
