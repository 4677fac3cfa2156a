#include "core/data/codecs/codec_module.h"

#include <algorithm>
#include <string_view>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

namespace {

using namespace lb::codecs;

/// Whether OpenCV might hand the bytes to GDAL, which reads far more formats than we let in.
bool looksLikeMaps(const std::uint8_t* bytes, std::size_t size)
{
    const std::string_view head(reinterpret_cast<const char*>(bytes),
                                std::min<std::size_t>(size, 256));
    return head.find("DTED") != head.npos || head.find("NITF") != head.npos;
}

bool decodeOther(const std::uint8_t* bytes, std::size_t size, std::int64_t height,
                 std::int64_t width, std::uint8_t* pixels)
{
    if (decodePng(bytes, size, height, width, pixels))
        return true;
    if (looksLikeMaps(bytes, size))
        return false;
    static const auto silent
        = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    static_cast<void>(silent);
    const cv::Mat input(1, static_cast<int>(size), CV_8U, const_cast<std::uint8_t*>(bytes));
    const cv::Mat image = cv::imdecode(input, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (image.rows != height || image.cols != width || image.type() != CV_8UC3)
        return false;
    for (int y = 0; y < image.rows; ++y) {
        const std::uint8_t* from = image.ptr<std::uint8_t>(y);
        for (int x = 0; x < image.cols; ++x, from += 3, pixels += 3) {
            pixels[0] = from[2];
            pixels[1] = from[1];
            pixels[2] = from[0];
        }
    }
    return true;
}

bool encode(const std::uint8_t* pixels, std::int64_t height, std::int64_t width,
            std::int64_t channels, std::vector<std::uint8_t>& png)
{
    cv::Mat image(static_cast<int>(height), static_cast<int>(width),
                  CV_8UC(static_cast<int>(channels)));
    for (int y = 0; y < image.rows; ++y) {
        const std::uint8_t* from = pixels + y * width * channels;
        std::uint8_t* to = image.ptr<std::uint8_t>(y);
        for (std::int64_t i = 0; i < width * channels; ++i) {
            // OpenCV wants blue first.
            const std::int64_t channel = i % channels;
            const bool swap = channels >= 3 && channel < 3;
            to[swap ? i - channel + 2 - channel : i] = from[i];
        }
    }
    return cv::imencode(".png", image, png);
}

} // namespace

extern "C" __attribute__((visibility("default"))) int lbDecodeImage1(const std::uint8_t* bytes,
                                                                     std::size_t size, int isJpeg,
                                                                     std::int64_t height,
                                                                     std::int64_t width,
                                                                     std::uint8_t* pixels)
{
    try {
        return (isJpeg ? decodeJpeg : decodeOther)(bytes, size, height, width, pixels) ? 0 : 1;
    } catch (...) { // nothing is thrown across the module's border
        return 2;
    }
}

extern "C" __attribute__((visibility("default"))) int lbEncodePng1(const std::uint8_t* pixels,
                                                                   std::int64_t height,
                                                                   std::int64_t width,
                                                                   std::int64_t channels,
                                                                   void* context, WriteBytes* write)
{
    try {
        std::vector<std::uint8_t> png;
        if (!encode(pixels, height, width, channels, png))
            return 1;
        write(context, png.data(), png.size());
        return 0;
    } catch (...) {
        return 2;
    }
}
