"""Start the experiment: ``python -m apps.worked_examples``."""

from apps.worked_examples import Config, main
from keras_course.experiment import command

command.run(main, Config)
