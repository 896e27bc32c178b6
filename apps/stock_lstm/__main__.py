"""Start the experiment: ``python -m apps.stock_lstm``."""

from keras_course.experiment import command

from . import Config, main

command.run(main, Config)
