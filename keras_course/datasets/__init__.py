"""Datasets: a path that you give, a file in ``data_dir``, the official download, or else data that need no network.

The datasets, each with a ``load``:

digits         MNIST, any .npz file like it, or scikit-learn's 1,797 digits
photos         cats and dogs, your own class folders, or drawn animals
prices         daily prices from Yahoo, a CSV file, or Google's of 2004 to 2008
ratings        who rated which film how: MovieLens, a CSV file, or a toy with planted tastes

Single pictures:

handwriting    a drawing or photo of one digit -> 28x28, in MNIST's form (``read_digit``)
images         any picture in its own shape and colours (``read_picture``)
letters        a 9x9 letter of deck 4, from a text or a picture file (``read_letter``)

What they are made of:

dataset        what every dataset tells about itself
paths          paths that a caller gives
notices        what is said when other data are used
download       fetch a file, with its checksum
copying        datasets copied from another folder, such as a USB stick
weights        ImageNet weights of ``keras.applications``
cache          one process builds what is kept on disk, the others wait
archives       zip files
heic           an iPhone's photos
splits         stratified split, balanced limit
npz            labelled pictures in .npz files: read and checked
photo_files    the photos in class folders: their splits, and how one is read (``read_photo``)
photo_cache    photos decoded once, then mapped into memory
near_duplicates  photos of different splits that look alike
drawn_animals  cats and dogs drawn by the code
price_sources  where prices come from, and when a download is too old
price_files    tables of prices: read and checked
price_tables   their encoding, separator, header and columns
price_cells    their dates and numbers
yahoo          Yahoo Finance
sessions       trading days of the exchanges
rating_sources where ratings come from
rating_files   files of ratings: read and checked
rating_titles  titles and genres of what is rated
rating_toy     ratings made by the code
rating_splits  ratings set aside for validation and test, of every user

The names below are imported when they are first used: ``keras_course.datasets.dataset`` needs no NumPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_course.datasets.dataset import Dataset as Dataset
    from keras_course.datasets.digits import Digits as Digits
    from keras_course.datasets.handwriting import read_digit as read_digit
    from keras_course.datasets.images import read_picture as read_picture
    from keras_course.datasets.letters import read_letter as read_letter
    from keras_course.datasets.photo_files import read_photo as read_photo
    from keras_course.datasets.photos import Photos as Photos
    from keras_course.datasets.prices import Prices as Prices
    from keras_course.datasets.ratings import Ratings as Ratings

_MODULES = {
    "Dataset": "dataset",
    "Digits": "digits",
    "Photos": "photos",
    "Prices": "prices",
    "Ratings": "ratings",
    "read_digit": "handwriting",
    "read_letter": "letters",
    "read_photo": "photo_files",
    "read_picture": "images",
}

__all__ = [*_MODULES]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
