"""Start the program: ``python -m apps.doctor``."""

from apps.doctor import Config, main
from keras_course.experiment import command

command.run(main, Config)
