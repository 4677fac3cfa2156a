#include "core/data/image_file.h"

#include "core/data/codecs/codec_module.h"
#include "core/data/gif.h"
#include "core/support/files.h"

#include <cstdlib>
#include <dlfcn.h>

namespace lb {
namespace {

namespace fs = std::filesystem;

struct Codecs {
    codecs::DecodeImage* decode = nullptr;
    codecs::EncodePng* encode = nullptr;
    std::string reason; ///< why there are none
};

/// Beside the program, where a build leaves it, or where an installation puts it.
std::vector<fs::path> moduleFolders()
{
    std::vector<fs::path> folders;
    if (const char* folder = std::getenv("LAYERBENCH_BIN"))
        folders.emplace_back(folder);
    std::error_code problem;
    const fs::path own = fs::read_symlink("/proc/self/exe", problem).parent_path();
    folders.push_back(own);
    folders.push_back(own / "../bin");
    folders.push_back(own / "../lib/layerbench");
    return folders;
}

Codecs loadCodecs()
{
    Codecs result;
    for (const fs::path& folder : moduleFolders()) {
        const fs::path path = folder / codecs::kModuleName;
        std::error_code problem;
        if (!fs::exists(path, problem))
            continue;
        void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL); // stays until the end
        if (!module) {
            result.reason = ::dlerror();
            continue;
        }
        result.decode
            = reinterpret_cast<codecs::DecodeImage*>(::dlsym(module, codecs::kDecodeName));
        result.encode = reinterpret_cast<codecs::EncodePng*>(::dlsym(module, codecs::kEncodeName));
        if (result.decode && result.encode)
            return result;
    }
    return {nullptr, nullptr, result.reason};
}

Result<const Codecs*> loadedCodecs()
{
    static const Codecs codecs = loadCodecs();
    if (!codecs.decode)
        return Error{
            ErrorCode::NotFound,
            codecs::kModuleName,
            {LB_TR("Error",
                   "the image codecs of Layerbench cannot be loaded; install it again. %1"),
             {codecs.reason}}};
    return &codecs;
}

} // namespace

Result<Tensor> decodeImage(std::string_view bytes, const Limits& limits)
{
    LB_TRY(header, imageHeader(bytes, limits));
    if (Result<> whole = checkWhole(header, bytes, bytes.size()); !whole.ok())
        return std::move(whole.error());
    if (header.format == ImageFormat::Gif)
        return decodeGif(header, bytes);
    LB_TRY(codecs, loadedCodecs());
    int problem = 0;
    Tensor image = Tensor::make<std::uint8_t>(
        {header.height, header.width, 3}, [&](std::span<std::uint8_t> out) {
            problem = codecs->decode(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                     bytes.size(), header.format == ImageFormat::Jpeg,
                                     header.height, header.width, out.data());
        });
    if (problem != 0)
        return Error{ErrorCode::BadFile,
                     "",
                     {LB_TR("Error", "is a %1 whose data are broken; fetch it again"),
                      {std::string(nameOf(header.format))}}};
    return image;
}

Result<Tensor> readImage(const fs::path& path, const Limits& limits)
{
    LB_TRY(bytes, readFile(path, limits.imageFileBytes));
    Result<Tensor> image = decodeImage(bytes, limits);
    if (!image.ok() && image.error().where.empty())
        image.error().where = path.native();
    return image;
}

Result<std::string> encodePng(const Tensor& image)
{
    const Shape& shape = image.shape();
    const bool fits = image.dtype() == DType::UInt8 && shape.size() == 3 && shape[0] > 0
        && shape[1] > 0 && (shape[2] == 1 || shape[2] == 3 || shape[2] == 4);
    if (!fits)
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "a picture is uint8 [height, width, 1, 3 or 4], this is: %1"),
                      {text(shape)}}};
    LB_TRY(codecs, loadedCodecs());
    std::string png;
    const auto append = [](void* context, const std::uint8_t* bytes, std::size_t size) {
        static_cast<std::string*>(context)->append(reinterpret_cast<const char*>(bytes), size);
    };
    if (codecs->encode(image.values<std::uint8_t>().data(), shape[0], shape[1], shape[2], &png,
                       append)
        != 0)
        return Error{ErrorCode::Internal, "", LB_TR("Error", "the picture cannot be encoded")};
    return png;
}

} // namespace lb
