"""HEIC, the format of an iPhone's photos: read through pillow-heif, which is an extra."""

from pathlib import Path

from keras_course.errors import UserError

BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis")


def prepare(path: Path) -> None:
    """Let Pillow read the file if it is HEIC, whatever its name; other files and missing ones are left to the reader.

    Raises:
        UserError: pillow-heif is not installed; one line that names the file and says what can be done.
        OSError: the file may not be read.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        start = file.read(12)
    if start[4:8] != b"ftyp" or start[8:12] not in BRANDS:
        return
    try:
        import pillow_heif
    except ImportError:
        raise UserError(
            f'{path}: a HEIC photo, as iPhones take them: python -m pip install "pillow-heif>=1,<2" to read it, or '
            "convert it to JPEG or PNG (on an iPhone: Settings, Camera, Formats, Most Compatible takes JPEGs)"
        ) from None
    pillow_heif.register_heif_opener()
