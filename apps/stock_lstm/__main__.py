"""Start the experiment: ``python -m apps.stock_lstm``."""

from apps.stock_lstm import Config, main
from keras_course.experiment import command

command.run(main, Config)
