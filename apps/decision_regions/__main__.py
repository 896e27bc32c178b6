"""Start the experiment: ``python -m apps.decision_regions``."""

from apps.decision_regions import Config, main
from keras_course.experiment import command

command.run(main, Config)
