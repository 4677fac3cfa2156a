#include "core/ops/color.h"

#include "core/ops/image_op.h"

namespace lb {

Result<> needsColor(std::string_view op, const Spec& images, bool grayToo)
{
    if (Result<> fits = needsImages(op, images); !fits.ok())
        return fits;
    const std::int64_t channels = images.shape[3];
    if (channels == kUnknown || channels == 3 || (grayToo && channels == 1))
        return std::monostate{};
    return Error{ErrorCode::BadShape,
                 std::string(op),
                 {grayToo ? LB_TR("Error", "needs 3 channels (RGB) or 1 (gray), has: %1; leave the "
                                  "layer out, or give it such images")
                          : LB_TR("Error", "needs 3 channels (RGB), has: %1; leave the layer out, or give "
                                  "it images in colour"),
                  {channels}}};
}

} // namespace lb
