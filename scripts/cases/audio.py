"""Spectrograms of a noisy tone."""

import numpy as np
from keras import layers as L


def write(w):
    time = np.arange(2048) * w.number(0.01, 0.5)
    wave = (np.sin(time) + 0.1 * w.rng.standard_normal(2048)).astype("float32")
    w.make(lambda: L.MelSpectrogram(fft_length=w.pick(128, 256), sequence_stride=w.pick(32, 64),
                                    num_mel_bins=w.whole(8, 30), sampling_rate=8000), wave[None],
           tolerance=1e-2)
    for mode in ("log", "magnitude", "psd", "real", "imag", "angle"):
        w.make(lambda: L.STFTSpectrogram(mode=mode, frame_length=w.pick(64, 100, 128),
                                         frame_step=w.pick(16, 32), fft_length=w.pick(128, None),
                                         window=w.pick("hann", "hamming", None),
                                         padding=w.pick("valid", "same")),
               wave[None, :, None], tolerance=1e-2, note=mode)
