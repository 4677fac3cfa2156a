"""Text and categories. White space, case and punctuation of many scripts: Keras on TensorFlow
folds A to Z only, takes 32 signs for punctuation and splits at six characters."""

import numpy as np
from keras import layers as L

WORDS = (
    "alpha Beta gamma, delta! été Über ß ſ İ ı ﬁ Ω ω ẞ É 東京 한국 नमस्ते 😀 👩‍👩‍👧 don't e-mail "
    "a_b 3.14 1,000 \u00a0x y\u2028z w\u3000v \u200bq \t \n --- ... \"quoted\" 'single' (x) [UNK] "
    "#tag @me \\ / ~ ` ^ the THE The"
).split(" ")
MODES = ("int", "int", "one_hot", "multi_hot", "count")


def sentence(w):
    parts = [w.pick(*WORDS) + w.pick(" ", " ", "  ", "\t", "") for _ in range(w.whole(0, 14))]
    return w.pick("", " ", "  ") + " ".join(parts)


def write(w):
    for _ in range(5):
        text(w)
    for _ in range(3):
        looked_up(w)
        hashed(w)
    odd(w)


def text(w):
    corpus = np.array([sentence(w) for _ in range(25)])
    how = {
        "standardize": w.pick("lower_and_strip_punctuation", "lower", "strip_punctuation", None),
        "split": w.pick("whitespace", "whitespace", "character", None),
        "ngrams": w.pick(None, None, 2, 3, (1, 3)),
        "output_mode": w.pick("int", "int", "multi_hot", "count", "tf_idf"),
        "max_tokens": w.pick(None, 8, 40),
    }
    if how["output_mode"] == "int":
        how["output_sequence_length"] = w.pick(None, 6)
        how["ragged"] = w.pick(False, False, True)
    elif how["max_tokens"]:
        how["pad_to_max_tokens"] = w.pick(True, False)
    asked = np.array([sentence(w) for _ in range(7)])
    w.make(lambda: L.TextVectorization(**how), asked, adapt=corpus, note=str(how))


def asked_for(w, mode, values):
    values = np.array(values)
    return values.reshape(2, 4) if mode in ("multi_hot", "count", "tf_idf") else values


def looked_up(w):
    mode = w.pick(*MODES)
    how = {"num_oov_indices": w.pick(1, 1, 2, 5), "max_tokens": w.pick(None, 10),
           "output_mode": mode}
    tokens = np.array([w.pick(*WORDS) for _ in range(60)])
    asked = [w.pick(*WORDS, "never seen", "") for _ in range(8)]
    w.make(lambda: L.StringLookup(mask_token=w.pick(None, ""), **how), asked_for(w, mode, asked),
           adapt=tokens, note=str(how))
    how["num_oov_indices"] = w.pick(1, 3)
    asked = w.rng.integers(-25, 25, 8)
    w.make(lambda: L.IntegerLookup(mask_token=w.pick(None, 0), **how), asked_for(w, mode, asked),
           adapt=w.rng.integers(-20, 20, 60), note=str(how))
    rows = np.array([w.pick(*WORDS) for _ in range(20)]).reshape(4, 5)
    w.make(lambda: L.StringLookup(output_mode="tf_idf"), asked_for(w, "tf_idf", rows.ravel()[:8]),
           adapt=rows, note="tf_idf")
    given = sorted({w.pick(*WORDS) for _ in range(5)} - {"", "[UNK]"})
    w.make(lambda: L.StringLookup(vocabulary=given, invert=True),
           w.rng.integers(0, len(given) + 4, 6), note="invert")


def hashed(w):
    salt = w.pick(None, w.whole(1, 10**6), [w.whole(1, 10**6), w.whole(1, 10**6)])
    bins = w.whole(2, 1000)
    words = np.array([[w.pick(*WORDS) * w.whole(1, 9)] for _ in range(6)])
    w.make(lambda: L.Hashing(num_bins=bins, salt=salt), words, note=f"salt {salt}")
    w.make(lambda: L.Hashing(num_bins=bins, salt=salt), w.rng.integers(-2**40, 2**40, (5, 1)),
           note=f"whole numbers, salt {salt}")
    mode = w.pick("one_hot", "multi_hot", "count")
    shape = (6, 1) if mode == "one_hot" else (2, 3)
    w.make(lambda: L.Hashing(num_bins=w.whole(2, 12), output_mode=mode), words.reshape(shape),
           note=mode)
    mode = w.pick("int", "one_hot")
    w.make(lambda: L.HashedCrossing(num_bins=w.whole(2, 50), output_mode=mode),
           (words[:5], w.rng.integers(-9, 9, (5, 1))), note=f"crossing {mode}")


def odd(w):
    nothing = np.array(["", " ", "\t\n", "!!!", "...", "a"])
    w.make(lambda: L.TextVectorization(), nothing, adapt=np.array(["a b", "b"]), note="nothing")
    w.make(lambda: L.TextVectorization(vocabulary=["b", "a"], output_sequence_length=3), nothing,
           note="given")
