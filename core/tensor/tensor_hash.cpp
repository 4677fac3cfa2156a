#include "core/tensor/tensor_hash.h"

#include "core/support/sha256.h"

namespace lb {

std::string contentHash(const Tensor& tensor)
{
    if (tensor.dtype() == DType::String) {
        std::string text;
        for (const std::string& value : tensor.values<std::string>())
            text += std::to_string(value.size()) + ":" + value;
        return sha256Hex(text);
    }
    const auto bytes = tensor.bytes();
    return sha256Hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

} // namespace lb
