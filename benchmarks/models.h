#pragma once

#include "core/data/source.h"
#include "core/graph/document.h"
#include "core/training/loss_plan.h"

#include <filesystem>

namespace lb::bench {

/// A chain of layers behind a Source: what the works' models are written with.
class Chain {
public:
    Chain();
    Chain& pipeline(std::string_view kerasClass, Config config = ConfigObject{});
    Chain& model(std::string_view kerasClass, Config config = ConfigObject{});
    Document done() &&; ///< with an Output

private:
    NodeId append(std::string_view kerasClass, Config config, Stage stage);

    Document m_document;
    NodeId m_source, m_last;
};

Document smallCnnModel();
Document mlpModel();
/// Flip, rotation and zoom as in `resnet50-cifar`, in the input pipeline.
Document augmentation();

/// `cifar(count)`: the first records of data_batch_1.bin.
struct Cifar {
    Tensor images; ///< uint8 [count, 32, 32, 3]
    std::vector<std::int64_t> labels;
};
Result<Cifar> cifar(const std::filesystem::path& data, std::int64_t count);
Tensor asFloats(const Tensor& images);

/// Fails unless the numbers agree to `tolerance`, relative from 1 on.
Result<> agrees(std::string_view what, std::span<const float> ours,
                std::span<const float> reference, double tolerance);

/// The same for gradients of a whole model, by the length of the difference. Where the largest of
/// a window or the sign of a number hangs on the last bit, single numbers may go elsewhere.
Result<> agreesInNorm(std::string_view what, std::span<const float> ours,
                      std::span<const float> reference, double tolerance);

} // namespace lb::bench
