"""Start the experiment: ``python -m apps.movie_rbm``."""

from keras_course.experiment import command

from . import Config, main

command.run(main, Config)
