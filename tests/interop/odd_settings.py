"""Settings of every preprocessing layer, sensible and not: test_refusals.py asks Keras about them.

LAYERS: class -> (input, a configuration that works, {parameter: values tried in its place}).
COMBINATIONS: class -> configurations tried as they are. LEAVE_OUT as a value takes it away. What
Python takes for a number by accident (True, [] for nothing) is not asked."""

LEAVE_OUT = object()

WHOLE = [0, -1, 1.5, "x", None, [3], 3]
FACTOR = [None, 0, 1, 1.0, 0.5, -0.5, -1.0, 1.5, -1.5, 2, 12, -12, [0.1], [0.1, 0.2, 0.3],
          [0.5, -0.5], [-0.5, 0.5], [1.5, 2.0], [-2.0, -1.5], [0.5, 2.0], [-2.0, 0.5], "x",
          ["a", "b"]]
RANGE = [1.0, [0], [0, 1, 2], "x", None, [255, 0], [0, 1], [-1, 1]]
FORMAT = ["channels_middle", "x", None, "channels_last"]
SAMPLING = ["nearest", "bilinear", "bicubic", "lanczos3", "x", None, 1]
FILL = ["reflect", "wrap", "constant", "nearest", "mirror", "x", None]
NUMBER = [0, -1.5, 3, "x", [1, 2]]
SEED = ["x", 1.5, 7, None]
MODE = ["int", "one_hot", "multi_hot", "count", "tf_idf", "binary", "x", None]
DTYPE = ["float33", 3]
POLICIES = ["float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"]

WORDS = ["a", "b", "c"]
COLOUR = {"factor": FACTOR, "value_range": RANGE, "seed": SEED, "dtype": DTYPE}
MOVED = {"fill_mode": FILL, "interpolation": SAMPLING, "fill_value": NUMBER, "seed": SEED,
         "data_format": FORMAT, "dtype": DTYPE}
LOOKUP = {
    "max_tokens": [1, 0, -3, 4, 5, 3, "x"],
    "num_oov_indices": [-1, 0, 1, 3, "x"],
    "output_mode": MODE,
    "pad_to_max_tokens": [True],
    "invert": [True],
    "idf_weights": [[1.0, 2.0, 3.0], [1.0]],
}
TF_IDF = {"output_mode": "tf_idf"}

LAYERS = {
    "AugMix": ("images", {}, {
        "value_range": [[0, 255], [0, 1]], "num_chains": [1, 0, -1, "x", None], "chain_depth": [1, "x"],
        "factor": FACTOR, "alpha": [0.5, 2], "interpolation": SAMPLING, "seed": SEED,
        "data_format": FORMAT}),
    "AutoContrast": ("images", {}, {"value_range": RANGE, "dtype": DTYPE}),
    "CategoryEncoding": ("ids", {"num_tokens": 4}, {
        "num_tokens": [LEAVE_OUT, None, 0, -1, 1, 3, "x"], "output_mode": MODE}),
    "CenterCrop": ("images", {"height": 3, "width": 4}, {
        "height": WHOLE, "width": WHOLE, "data_format": FORMAT}),
    "ContrastLimitedAdaptiveHistogramEqualization": ("images", {"tile_grid_size": [2, 2]}, {
        "value_range": [[0, 1], [0, 255]], "clip_limit": [0, 1.0, "x"],
        "tile_grid_size": [[1, 2], [2], "x", [0, 2]], "data_format": FORMAT}),
    "CutMix": ("images", {}, {"factor": FACTOR, "seed": SEED, "data_format": FORMAT}),
    "Discretization": ("numbers", {"bin_boundaries": [0.0, 1.0]}, {
        "bin_boundaries": [[1.0], [0.5, 0.5], [2.0, 1.0], "x"], "num_bins": [3],
        "output_mode": MODE, "sparse": [True]}),
    "Equalization": ("images", {}, {"value_range": RANGE, "bins": [2, 64, 0, -1, "x"],
                                    "data_format": FORMAT}),
    "HashedCrossing": ("pairs", {"num_bins": 5}, {
        "num_bins": [LEAVE_OUT, None, 0, -1, 1, "x"], "output_mode": MODE}),
    "Hashing": ("words", {"num_bins": 5}, {
        "num_bins": [LEAVE_OUT, None, 0, -1, 1, "x"], "output_mode": MODE, "sparse": [True],
        "salt": [3, [3, 4], [3], [3, 4, 5], "x", 1.5, None], "mask_value": ["a", None],
        "dtype": ["float32", "int32", "int64", "float33"]}),
    "IntegerLookup": ("ids", {"vocabulary": [1, 2, 3]}, {
        **LOOKUP, "vocabulary": [[1, 1, 2], [], [-1, 1, 2], [1, -1], None],
        "mask_token": [1, 0, None], "oov_token": [1, -1], "sparse": [True],
        "oov_method": ["floormod", "farmhash", "x", None], "salt": [3, [3, 4]],
        "vocabulary_dtype": ["int64", "int32", "string"]}),
    "MaxNumBoundingBoxes": ("images", {"max_number": 3}, {"max_number": [LEAVE_OUT]}),
    "MelSpectrogram": ("sound", {"fft_length": 16, "sequence_stride": 4, "num_mel_bins": 4,
                                 "sampling_rate": 100, "min_freq": 1.0}, {
        "fft_length": [8, 7, 0, -1, "x"], "sequence_stride": [1, 0, -1, "x"],
        "sequence_length": [17, 16, 9, 0, None], "window": ["hann", "hamming", "x", None],
        "num_mel_bins": [1, 0, -1, "x"], "sampling_rate": [50, 0, "x"]}),
    "MixUp": ("images", {}, {"alpha": [0.2, 1, 2.5], "seed": SEED, "data_format": FORMAT}),
    "Normalization": ("numbers", {"mean": 1.0, "variance": 2.0, "axis": None}, {
        "mean": [None, [1.0], [1.0, 2.0], "x"], "variance": [None, [1.0], "x"],
        "axis": [-1, 1, 0, 2, 5, -3, [0, 1], "x"], "invert": [True]}),
    "RandAugment": ("images", {}, {
        "value_range": [[0, 255], [0, 1]], "num_ops": [1, 3, 0, -1, "x", None], "factor": FACTOR,
        "interpolation": ["nearest", "bilinear", "x"], "seed": SEED, "data_format": FORMAT}),
    "RandomBrightness": ("images", {"factor": 0.5}, COLOUR),
    "RandomColorDegeneration": ("images", {"factor": 0.5}, {**COLOUR, "data_format": FORMAT}),
    "RandomColorJitter": ("images", {}, {
        "value_range": [[0, 255], [0, 1]], "brightness_factor": FACTOR, "contrast_factor": FACTOR,
        "saturation_factor": FACTOR, "hue_factor": FACTOR, "seed": SEED}),
    "RandomContrast": ("images", {"factor": 0.5}, COLOUR),
    "RandomCrop": ("images", {"height": 3, "width": 4}, {
        "height": [0, -1, 2, "x", LEAVE_OUT], "width": [0, 6, 7, "x", LEAVE_OUT], "seed": SEED,
        "data_format": FORMAT}),
    "RandomElasticTransform": ("images", {}, {
        **MOVED, "interpolation": ["nearest", "bilinear", "x", None], "factor": FACTOR,
        "scale": FACTOR}),
    "RandomErasing": ("images", {}, {
        "factor": FACTOR, "scale": FACTOR, "fill_value": [0, 3.5, [1, 2, 3], [1, 2], "x"],
        "value_range": [[0, 1]], "seed": SEED, "data_format": FORMAT}),
    "RandomFlip": ("images", {}, {
        "mode": ["horizontal", "vertical", "horizontal_and_vertical", "x", None], "seed": SEED,
        "data_format": FORMAT}),
    "RandomGaussianBlur": ("images", {}, {
        "factor": FACTOR, "kernel_size": [1, 2, 3, [3, 5], [3, 4], [3], [3, 3, 3], "x"],
        "sigma": FACTOR, "value_range": [[0, 1]], "seed": SEED, "data_format": FORMAT}),
    "RandomGrayscale": ("images", {}, {
        "factor": [0, 1, 0.5, -0.1, 1.1, "x", None, [0.1, 0.5]], "seed": SEED,
        "data_format": FORMAT}),
    "RandomHue": ("images", {"factor": 0.5}, {**COLOUR, "data_format": FORMAT}),
    "RandomInvert": ("images", {}, {**COLOUR, "value_range": [[0, 1]], "data_format": FORMAT}),
    "RandomPerspective": ("images", {}, {
        "factor": FACTOR, "scale": [0, 1, 0.5, -0.1, 1.1, "x", None],
        "interpolation": ["nearest", "bilinear", "x", None], "fill_value": NUMBER, "seed": SEED,
        "data_format": FORMAT}),
    "RandomPosterization": ("images", {"factor": 3}, {
        **COLOUR, "factor": [1, 8, 9, 0, -1, 3.5, [1, 8], [8, 1], [0, 9], [9, 10], [3], "x", None],
        "data_format": FORMAT}),
    "RandomRotation": ("images", {"factor": 0.5}, {**MOVED, "factor": FACTOR}),
    "RandomSaturation": ("images", {"factor": 0.5}, {**COLOUR, "data_format": FORMAT}),
    "RandomSharpness": ("images", {"factor": 0.5}, {**COLOUR, "data_format": FORMAT}),
    "RandomShear": ("images", {"x_factor": 0.3, "y_factor": 0.3}, {
        **MOVED, "x_factor": FACTOR, "y_factor": FACTOR}),
    "RandomTranslation": ("images", {"height_factor": 0.3, "width_factor": 0.3}, {
        **MOVED, "height_factor": FACTOR, "width_factor": FACTOR}),
    "RandomZoom": ("images", {"height_factor": 0.3}, {
        **MOVED, "height_factor": FACTOR, "width_factor": FACTOR}),
    "Rescaling": ("images", {"scale": 2.0}, {
        "scale": [LEAVE_OUT, None, "x", [1, 2, 3], [1, 2], 0], "offset": ["x", [1, 2, 3], [1, 2]]}),
    "Resizing": ("images", {"height": 3, "width": 4}, {
        "height": WHOLE, "width": WHOLE, "interpolation": SAMPLING, "data_format": FORMAT,
        "fill_mode": ["constant", "x", "reflect"], "crop_to_aspect_ratio": [True],
        "pad_to_aspect_ratio": [True], "antialias": [True]}),
    "STFTSpectrogram": ("waves", {"frame_length": 8}, {
        "mode": ["log", "magnitude", "psd", "real", "imag", "angle", "stft", "x", None],
        "frame_length": [4, 1, 0, -1, "x", 100], "frame_step": [1, 8, 9, 0, -1, None],
        "fft_length": [8, 7, 16, 12, 0, -1, None], "window": ["hann", "hamming", "x", None],
        "scaling": ["density", "spectrum", "x", None], "padding": ["valid", "same", "x", None],
        "expand_dims": [True], "data_format": FORMAT}),
    "Solarization": ("images", {}, {
        "addition_factor": FACTOR, "threshold_factor": FACTOR, "value_range": RANGE, "seed": SEED}),
    "StringLookup": ("words", {"vocabulary": WORDS}, {
        **LOOKUP, "vocabulary": [["a", "a", "b"], [], ["[UNK]", "a"], ["a", "[UNK]"], None],
        "mask_token": ["a", "", "b", None], "oov_token": ["a", "[UNK]"], "sparse": [True],
        "salt": [3, [3, 4], [3], "x", 1.5]}),
    "TextVectorization": ("texts", {"vocabulary": WORDS}, {
        "max_tokens": [1, 0, 5, 4, 3], "vocabulary": [["a", "a"], [], ["", "[UNK]", "a"], ["a", ""]],
        "standardize": ["lower", "strip_punctuation", "lower_and_strip_punctuation", None, "x", 3],
        "split": ["whitespace", "character", None, "x", 3],
        "ngrams": [None, 1, 2, (1, 2), (2,), "x", 1.5, 0, -1],
        "output_mode": MODE, "output_sequence_length": [3, None, 1.5, "x", 0, -1],
        "pad_to_max_tokens": [True], "idf_weights": [[1.0, 2.0, 3.0]], "sparse": [True]}),
}

COMBINATIONS = {
    "Discretization": [{}, {"num_bins": -1}, {"num_bins": 0}, {"num_bins": 3, "output_mode": "x"},
                       {"num_bins": 3, "bin_boundaries": [1.0]},
                       {"num_bins": 0, "bin_boundaries": [1.0]},
                       {"num_bins": 0, "bin_boundaries": []}],
    "CategoryEncoding": [{"num_tokens": 4, "output_mode": "one_hot"}],
    "IntegerLookup": [
        {"vocabulary": [1, 2], "invert": True, "output_mode": "count"},
        {"vocabulary": [1, 2], "pad_to_max_tokens": True, "max_tokens": 9, "output_mode": "count"},
        {"vocabulary": [1, 2], "mask_token": 0},
        {"vocabulary": [0, -1, 1, 2], "mask_token": 0},
        {"vocabulary": [1, 0, 2], "mask_token": 0},
        {"vocabulary": [1, -1, 2], "invert": True},
        {"vocabulary": [1, 2], "salt": 3, "oov_method": "farmhash", "num_oov_indices": 2}],
    "MelSpectrogram": [{"fft_length": 8, "sequence_length": 9}],
    "Normalization": [{"mean": [1.0, 2.0], "variance": [1.0, 2.0]},
                      {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 2.0, 3.0]},
                      {"mean": 1.0, "variance": [1.0, 2.0]},
                      {"mean": [[1.0, 2.0]], "variance": [[1.0, 2.0]]}],
    "RandomElasticTransform": [{"factor": [0.2, 0.1], "scale": [0.9, 0.1]}],
    "Resizing": [{"height": 3, "width": 4, "crop_to_aspect_ratio": True,
                  "pad_to_aspect_ratio": True}],
    "STFTSpectrogram": [{"frame_length": 8, "frame_step": 4, "fft_length": 4}],
    "StringLookup": [
        {"vocabulary": WORDS, "invert": True, "output_mode": "count"},
        {"vocabulary": WORDS, **TF_IDF}, {"vocabulary": WORDS, **TF_IDF, "idf_weights": [1, 2, 3]},
        {"vocabulary": WORDS, **TF_IDF, "idf_weights": [1, 2]},
        {"vocabulary": ["", "[UNK]", "a"], "mask_token": ""},
        {"vocabulary": ["[UNK]", "", "a"], "mask_token": ""},
        {"vocabulary": ["a", "", "b"], "mask_token": ""},
        {"vocabulary": WORDS, "pad_to_max_tokens": True, "max_tokens": 9, "output_mode": "count"},
        {"vocabulary": WORDS, "max_tokens": 3}],
    "TextVectorization": [
        {"vocabulary": WORDS, "output_mode": "count", "output_sequence_length": 3},
        {"vocabulary": WORDS, "output_mode": "multi_hot", "ragged": True},
        {"vocabulary": WORDS, **TF_IDF, "idf_weights": [1, 2, 3]},
        {"vocabulary": WORDS, **TF_IDF},
        {"vocabulary": WORDS, "max_tokens": 9, "pad_to_max_tokens": True, "output_mode": "count"}],
}

# Every layer in every policy: Keras has no kernels for some. And what every layer has.
LAYERS = {kind: (given, works, {**tried, "dtype": [*tried.get("dtype", DTYPE), *POLICIES],
                                "name": [3, "a/b", ["a"], None, "a b"],
                                "trainable": ["x", 0, 1.0, None, False]})
          for kind, (given, works, tried) in LAYERS.items()}
for kind, how in (("CategoryEncoding", {"num_tokens": 4}), ("Hashing", {"num_bins": 5}),
                  ("Discretization", {"bin_boundaries": [0.0, 1.0]}),
                  ("HashedCrossing", {"num_bins": 5})):
    COMBINATIONS[kind] = COMBINATIONS.get(kind, []) + [
        {**how, "output_mode": mode, "dtype": policy}
        for mode in ("one_hot", "multi_hot", "count") for policy in POLICIES]

# Keys of which each class says whether it takes them. As long as they stand in no list of a class,
# they change no number.
KEYS = {"name": ["q"], "dtype": ["float32"], "trainable": [True], "autocast": [True],
        "activity_regularizer": [None], "input_shape": [[4]], "batch_input_shape": [[None, 4]],
        "input_dim": [4], "data_format": ["channels_last"], "seed": [1], "weights": [None],
        "batch_shape": [[None, 4]], "batch_size": [2], "sparse": [False],
        "bounding_box_format": [None], "vocabulary_size": [None], "has_input_vocabulary": [True],
        "factor": [None, 0, 0.3, 2, "x", [0.1, 0.3], [0.1], [2, 3]], "foo": [1]}

# Images that an image layer is called with: (shape, dtype).
IMAGES = [((6, 6), "float32"), ((6, 6, 3), "float32"), ((1, 1, 1, 3), "float32"),
          ((0, 6, 6, 3), "float32"), ((2, 6, 6, 1), "float32"), ((2, 6, 6, 2), "float32"),
          ((2, 6, 6, 16), "float32"), ((2, 2, 6, 6, 3), "float32"), ((2, 6, 6, 3), "uint8"),
          ((2, 6, 6, 3), "int32"), ((2, 6, 6, 3), "str")]

# Where we refuse what Keras lets pass, or the other way round: "Class.parameter=value" -> why.
NOTHING_LEFT = "nothing is left of the data: surely a mistake"
SAVED = "stands in what Keras itself saves, and is read from there"
NO_DTYPE = "there is no such dtype; Keras never looks at that of a lookup"
A_PAIR = "Keras looks at two of three numbers; a range has two"
OURS = {
    "CenterCrop.height=0": NOTHING_LEFT, "CenterCrop.height=-1": NOTHING_LEFT,
    "CenterCrop.width=0": NOTHING_LEFT, "CenterCrop.width=-1": NOTHING_LEFT,
    "RandomCrop.height=0": NOTHING_LEFT, "RandomCrop.width=0": NOTHING_LEFT,
    "STFTSpectrogram.frame_length=100": NOTHING_LEFT,
    "TextVectorization.ngrams=0": NOTHING_LEFT, "TextVectorization.ngrams=-1": NOTHING_LEFT,
    "HashedCrossing.num_bins=0": NOTHING_LEFT,
    "MelSpectrogram.sampling_rate=0": "divides by zero: every band is NaN",
    "RandomFlip.mode='x'": "Keras then never flips", "RandomFlip.mode=None": "Keras never flips",
    "RandomBrightness.factor=None": "0 means it, and says so",
    "RandomRotation.factor=None": "0 means it, and says so",
    "RandomContrast.value_range=[0, 1, 2]": A_PAIR, "RandomHue.value_range=[0, 1, 2]": A_PAIR,
    "RandomElasticTransform.fill_value=[1, 2]": "fills with one number",
    "TextVectorization.output_mode='one_hot'": "vectors for each of a text's words are not made",
    "Discretization.num_bins=3": SAVED,
    "IntegerLookup.dtype='float33'": NO_DTYPE, "StringLookup.dtype='float33'": NO_DTYPE,
    "IntegerLookup.dtype=3": NO_DTYPE, "StringLookup.dtype=3": NO_DTYPE,
    "RandomShear.x_factor=[0.5, -0.5]": SAVED, "RandomShear.x_factor=[-0.5, 0.5]": SAVED,
    "RandomShear.y_factor=[0.5, -0.5]": SAVED, "RandomShear.y_factor=[-0.5, 0.5]": SAVED,
}
# The same of images: (class, shape, dtype, training) -> why.
EMPTY = "TensorFlow cannot look for the least of nothing; a batch of none stays one"
WHOLE_NUMBERS = "become numbers with a fraction, as where Keras runs the layer in a pipeline"
OUR_IMAGES = {
    **{(kind, (0, 6, 6, 3), "float32", True): EMPTY
       for kind in ("AugMix", "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization",
                    "Equalization", "RandAugment", "RandomElasticTransform")},
    **{(kind, (0, 6, 6, 3), "float32", False): EMPTY
       for kind in ("AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization")},
    **{(kind, (2, 6, 6, 3), dtype, True): WHOLE_NUMBERS
       for kind in ("RandomContrast", "RandomSaturation") for dtype in ("uint8", "int32")},
}
