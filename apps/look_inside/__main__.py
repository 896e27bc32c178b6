"""Start the experiment: ``python -m apps.look_inside RUN|NETWORK [PHOTO]``."""

from keras_course.experiment import command

from . import Config, main

command.run(main, Config)
