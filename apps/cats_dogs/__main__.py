"""Start the experiment: ``python -m apps.cats_dogs``."""

from apps.cats_dogs import Config, main
from keras_course.experiment import command

command.run(main, Config)
