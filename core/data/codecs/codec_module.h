#pragma once

#include <cstddef>
#include <cstdint>

/// What core and liblayerbench-codecs.so agree on. The codec libraries take longer to load than
/// the command line may take to start, so they are loaded when a picture is first read.
namespace lb::codecs {

inline constexpr const char* kModuleName = "liblayerbench-codecs.so";
inline constexpr const char* kDecodeName = "lbDecodeImage1";
inline constexpr const char* kEncodeName = "lbEncodePng1";

/// Fills `pixels` [height, width, 3] (RGB) from a file's bytes. 0: done; else the bytes are broken
/// or have another size. Throws nothing; any thread.
using DecodeImage = int(const std::uint8_t* bytes, std::size_t size, int isJpeg,
                        std::int64_t height, std::int64_t width, std::uint8_t* pixels);

using WriteBytes = void(void* context, const std::uint8_t* bytes, std::size_t size);

/// Hands the PNG of `pixels` [height, width, channels] to `write`, once. 0: done.
using EncodePng = int(const std::uint8_t* pixels, std::int64_t height, std::int64_t width,
                      std::int64_t channels, void* context, WriteBytes* write);

/// Decodes a JPEG with libjpeg, which tells what OpenCV keeps to itself: that data were damaged.
bool decodeJpeg(const std::uint8_t* bytes, std::size_t size, std::int64_t height,
                std::int64_t width, std::uint8_t* pixels);

/// Decodes the common kinds of PNG with libdeflate, in half of libpng's time. The header says that
/// size. false: another kind, or broken; OpenCV decides then.
bool decodePng(const std::uint8_t* bytes, std::size_t size, std::int64_t height,
               std::int64_t width, std::uint8_t* pixels);

} // namespace lb::codecs
