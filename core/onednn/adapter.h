#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

/// What the engine takes from oneDNN, prepared once for fixed shapes and buffers.
///
/// Activations are channels-last everywhere: with AVX-512 and AVX2 that is as fast as oneDNN's
/// blocked layouts, and every other op reads the same buffer without a reorder. Weights keep
/// Keras' layout in the store; the copy a primitive wants is refreshed when the version moved on.
///
/// A function that oneDNN cannot serve returns an empty Work; the caller has the op's reference.
/// Threads: a Work runs on one thread at a time, with as many OpenMP threads as useThreads()
/// said in the thread that made it and runs it.
namespace lb::onednn {

/// Something ready to run: a function and its state. Running it allocates nothing of ours.
struct Work {
    void (*run)(void*) = nullptr;
    std::shared_ptr<void> state;

    explicit operator bool() const { return run != nullptr; }
    void operator()() const { run(state.get()); }
};

/// OpenMP threads of the calling thread; every thread but the trainer's says 1.
void useThreads(int count);

/// Memory that primitives of one plan use one after the other.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    void allocate(); ///< after the last Work was made, before the first runs
    std::size_t bytes() const;

    struct Impl;
    Impl& impl() { return *m_impl; }

private:
    std::unique_ptr<Impl> m_impl;
};

/// Values that a Work reads, in Keras' layout. `version` points to a number that changes with the
/// values; null: they may change before every run.
struct Weights {
    const float* values = nullptr;
    const std::uint64_t* version = nullptr;
};

/// Sliding windows over images. x [batch, height, width, channels], y [batch, outHeight,
/// outWidth, outChannels]; the kernel of a convolution is [kernelHeight, kernelWidth,
/// channels / groups, outChannels].
struct Windows {
    std::int64_t batch = 0, height = 0, width = 0, channels = 0;
    std::int64_t outHeight = 0, outWidth = 0, outChannels = 0;
    std::int64_t kernelHeight = 0, kernelWidth = 0;
    std::int64_t strideHeight = 1, strideWidth = 1;
    std::int64_t dilationHeight = 1, dilationWidth = 1;
    std::int64_t padTop = 0, padLeft = 0, padBottom = 0, padRight = 0;
    std::int64_t groups = 1;
};

/// y = conv(x, kernel) [+ bias] [then relu]; `bias` may be null.
Work convolution(const Windows& at, const float* x, Weights kernel, const float* bias, float* y,
                 bool relu, bool training, Scratch& scratch);
Work convolutionInputGradient(const Windows& at, Weights kernel, const float* dy, float* dx,
                              Scratch& scratch);
/// `dbias` may be null. Overwrites, as all gradients here.
Work convolutionWeightGradient(const Windows& at, const float* x, const float* dy, float* dkernel,
                               float* dbias, Scratch& scratch);

enum class Pool : std::uint8_t { Max, Average }; ///< Average leaves padding out, as Keras

/// Both directions of one pooling; the maximum remembers where it was when `training`.
struct Pooling {
    Work forward, backward; ///< backward is empty unless training
};
Pooling pooling(Pool kind, const Windows& at, const float* x, float* y, const float* dy, float* dx,
                bool training, Scratch& scratch);

/// y [rows, out] = x [rows, in] w [in, out] [+ bias] [then relu].
struct Product {
    std::int64_t rows = 0, in = 0, out = 0;
};
Work product(const Product& at, const float* x, Weights w, const float* bias, float* y, bool relu,
             bool training, Scratch& scratch);
Work productInputGradient(const Product& at, Weights w, const float* dy, float* dx,
                          Scratch& scratch);
Work productWeightGradient(const Product& at, const float* x, const float* dy, float* dw,
                           float* dbias, Scratch& scratch);

/// Batch normalisation over all axes but the last: x [rows, channels].
struct Normalization {
    std::int64_t rows = 0, channels = 0;
    float epsilon = 0;
};
/// Uses the batch's own mean and variance and writes them down.
Work normalizationTraining(const Normalization& at, const float* x, const float* gamma,
                           const float* beta, float* y, float* mean, float* variance,
                           Scratch& scratch);
Work normalizationInference(const Normalization& at, const float* x, const float* gamma,
                            const float* beta, const float* mean, const float* variance, float* y,
                            Scratch& scratch);
Work normalizationGradient(const Normalization& at, const float* x, const float* gamma,
                           const float* mean, const float* variance, const float* dy, float* dx,
                           float* dgamma, float* dbeta, Scratch& scratch);

Work relu(std::int64_t count, const float* x, float* y, Scratch& scratch);
/// dx = dy where y > 0; dx may be dy.
Work reluGradient(std::int64_t count, const float* y, const float* dy, float* dx, Scratch& scratch);
Work softmax(std::int64_t rows, std::int64_t classes, const float* x, float* y, Scratch& scratch);
Work softmaxGradient(std::int64_t rows, std::int64_t classes, const float* y, const float* dy,
                     float* dx, Scratch& scratch);

} // namespace lb::onednn
