"""What stands at the edge: nothing, one pixel, one separator, letters that other programs fold, ids
that there are not, a batch of none."""

import numpy as np
from keras import layers as L

# Keras splits at the six white spaces of ASCII and changes A to Z only.
SPACES = ("", " ", "   ", "\t", "\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u00a0", "\u1680",
          "\u2003", "\u2028", "\u2029", "\u202f", "\u3000", "\ufeff", "\u200b")
LETTERS = ("É", "é", "E\u0301", "İ", "I", "ı", "i", "ẞ", "ß", "SS", "Σ", "ς", "σ", "Ǆ", "ǅ", "ﬀ", "Å",
           "Ａ", "К", "ÀÉÎÕÜ", "İSTANBUL", "STRAẞE")
SIGNS = ("!", "!!!", "-", "_", "'", "’", "“a”", "…", "¿a?", "a.b", "a,b;c", "«a»", "、", "。", "a\x7fb",
         "€", "$", "[UNK]", "\\")


def texts():
    made = list(SPACES) + list(LETTERS) + list(SIGNS)
    made += [f"a{space}b" for space in SPACES] + [f"{space}a{space}" for space in SPACES]
    made += [f"{letter} {letter.lower()} {letter}x" for letter in LETTERS]
    return np.array(made, dtype=object)


def write(w):
    text(w)
    ids(w)
    nothing(w)
    one_pixel(w)


def text(w):
    asked = texts()
    for standardize in (None, "lower", "strip_punctuation", "lower_and_strip_punctuation"):
        for split in (None, "whitespace", "character"):
            for mode in ("int", "count"):
                w.make(lambda: L.TextVectorization(standardize=standardize, split=split,
                                                   output_mode=mode, max_tokens=400), asked,
                       adapt=asked, note=f"edges {standardize} {split} {mode}")
    w.make(lambda: L.StringLookup(num_oov_indices=w.pick(1, 3)), asked, adapt=asked[::2],
           note="edges")
    w.make(lambda: L.StringLookup(mask_token=""), asked, adapt=asked[::3], note="edges, mask")
    hashed = np.append(asked, ["a\x00b", "\x00"])  # NumPy's vocabularies lose a NUL at the end
    w.make(lambda: L.Hashing(num_bins=997, salt=w.pick(None, 7)), hashed[:, None], note="edges")


def ids(w):
    far = np.array([[-1, 0, 1], [3, 4, 5], [100, -100, 2**31]], dtype="int64")
    for mode in ("multi_hot", "count"):
        w.make(lambda: L.CategoryEncoding(4, output_mode=mode), far, note=f"out of range {mode}")
    beyond = np.array([[0, 3, 4], [4, 5, 100], [2**31, 1, 1]], dtype="int64")
    for mode in ("multi_hot", "count"):
        w.make(lambda: L.CategoryEncoding(4, output_mode=mode), beyond, note=f"beyond {mode}")
    w.make(lambda: L.CategoryEncoding(4, output_mode="one_hot"), far.reshape(-1, 1),
           note="out of range one_hot")
    w.make(lambda: L.StringLookup(vocabulary=["a", "b"], invert=True), far, note="out of range")
    w.make(lambda: L.IntegerLookup(vocabulary=[7, 9], invert=True), far, note="out of range")
    for oov in (1, 2, 5):
        w.make(lambda: L.IntegerLookup(vocabulary=[7, 9], num_oov_indices=oov),
               np.array([-2**63, 2**63 - 1, -1, 0, 7, 9, 10], dtype="int64"), note=f"far {oov}")
    w.make(lambda: L.Discretization(bin_boundaries=[0.0, 1.0]),
           np.array([[-np.inf, -0.0, 0.0, 1.0, np.inf, 3e38, -3e38]], "float32"), note="far")


def nothing(w):
    images, numbers = w.images(0), np.zeros((0, 3), "float32")
    words, whole = np.array([], dtype=object), np.zeros((0, 2), "int64")
    for build, x in (
        (lambda: L.Rescaling(2.0), images), (lambda: L.Resizing(3, 4), images),
        (lambda: L.CenterCrop(3, 4), images), (lambda: L.RandomFlip(), images),
        (lambda: L.RandomRotation(0.2), images), (lambda: L.RandomBrightness(0.2), images),
        (lambda: L.RandomContrast(0.2), images), (lambda: L.RandomZoom(0.2), images),
        (lambda: L.RandomTranslation(0.2, 0.2), images), (lambda: L.RandomCrop(3, 4), images),
        (lambda: L.AutoContrast(), images), (lambda: L.Solarization(), images),
        (lambda: L.CategoryEncoding(4), whole), (lambda: L.Hashing(5), whole),
        (lambda: L.IntegerLookup(vocabulary=[1, 2]), whole),
        (lambda: L.Discretization(bin_boundaries=[0.0]), numbers),
        (lambda: L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 2.0, 3.0]), numbers),
        (lambda: L.StringLookup(vocabulary=["a"]), words),
        (lambda: L.Hashing(5), words),
        (lambda: L.TextVectorization(vocabulary=["a"], output_sequence_length=3), words),
        (lambda: L.TextVectorization(vocabulary=["a"], output_mode="count"), words),
    ):
        w.make(build, x, note="empty batch")


def one_pixel(w):
    for channels in (1, 3):
        x = w.images(2, 1, 1, channels)
        for build in (lambda: L.Resizing(1, 1), lambda: L.Resizing(3, 2),
                      lambda: L.Resizing(2, 2, interpolation="bicubic", antialias=True),
                      lambda: L.Resizing(4, 2, pad_to_aspect_ratio=True),
                      lambda: L.Resizing(4, 2, crop_to_aspect_ratio=True),
                      lambda: L.CenterCrop(1, 1), lambda: L.CenterCrop(2, 3),
                      lambda: L.AutoContrast(), lambda: L.Equalization(),
                      lambda: L.RandomCrop(1, 1), lambda: L.RandomCrop(2, 2)):
            w.make(build, x, tolerance=1e-3, note="1x1")
        for build in (lambda: L.RandomRotation(0.5), lambda: L.RandomTranslation(0.5, 0.5),
                      lambda: L.RandomZoom(0.5), lambda: L.RandomShear(0.5, 0.5),
                      lambda: L.RandomFlip(), lambda: L.RandomBrightness(0.5),
                      lambda: L.RandomContrast(0.5), lambda: L.RandomSharpness(0.5),
                      lambda: L.RandomErasing(1.0), lambda: L.RandomInvert(0.5),
                      lambda: L.RandomGaussianBlur(1.0), lambda: L.RandomCrop(1, 1),
                      lambda: L.Solarization(0.3, 0.3), lambda: L.MixUp(0.4),
                      lambda: L.CutMix(0.5), lambda: L.RandomElasticTransform(1.0)):
            w.drawn(build, x, note="1x1", tolerance=1e-2)
        if channels == 3:
            for build in (lambda: L.RandomHue(0.5), lambda: L.RandomSaturation(0.5),
                          lambda: L.RandomGrayscale(0.5), lambda: L.RandomColorDegeneration(0.5)):
                w.drawn(build, x, note="1x1", tolerance=1e-2)
