#include "core/ops/host_work.h"

#include "core/tensor/spec.h"

namespace lb {

Result<> HostWork::onnx(OnnxNode&) const
{
    return Error{ErrorCode::Unsupported,
                 "",
                 {LB_TR("Error", "the operation %1 has no ONNX form"), {std::string(name())}}};
}

Result<Tensor> hostResult(const HostWork& work, std::span<const Tensor> inputs, DType dtype,
                          const Shape& shape)
{
    Result<Tensor> result = work.run(inputs);
    if (!result.ok())
        return result;
    const Tensor& value = result.value();
    const bool fits = value.dtype() == dtype
        && std::ranges::equal(value.shape(), shape, [](std::int64_t is, std::int64_t promised) {
               return promised == kUnknown || is == promised;
           });
    if (!fits)
        return Error{ErrorCode::Internal,
                     std::string(work.name()),
                     {LB_TR("Error", "gave %1 and had promised %2"),
                      {text(Spec{value.dtype(), value.shape(), {}}), text(Spec{dtype, shape, {}})}}};
    return result;
}

} // namespace lb
