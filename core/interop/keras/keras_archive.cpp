#include "core/interop/keras/keras_archive.h"

namespace lb {

Result<std::string> kerasArchive(const Document&, const LayerRegistry&, const LayerWeights&,
                                 const KerasArchiveRequest& request)
{
    return Error{ErrorCode::Unsupported, request.name,
                 LB_TR("Error", "Keras archives are not written yet")};
}

Result<KerasModel> readKerasArchive(const std::filesystem::path& path, const LayerRegistry&,
                                    const Limits&)
{
    return Error{ErrorCode::Unsupported, path.string(),
                 LB_TR("Error", "Keras archives are not read yet")};
}

} // namespace lb
