#include "core/data/codecs/codec_module.h"

#include <csetjmp>
#include <cstdio>
#include <vector>

#include <jpeglib.h>

#include <jerror.h>

namespace lb::codecs {
namespace {

constexpr int kMostScans = 500; // a progressive file has about ten; more cost time without limit

struct Failure : jpeg_error_mgr {
    std::jmp_buf leave;
};

[[noreturn]] void fail(j_common_ptr info)
{
    std::longjmp(static_cast<Failure*>(info->err)->leave, 1);
}

/// Takes what libjpeg repairs by guessing as a failure; what changes no pixel passes.
void judge(j_common_ptr info, int level)
{
    if (level >= 0)
        return;
    switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_ARITH_BAD_CODE:
        fail(info);
    default:
        break;
    }
}

void silence(j_common_ptr)
{
}

void countScans(j_common_ptr info)
{
    if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMostScans)
        fail(info);
}

/// Adobe's files hold the inks inverted.
void inksToColours(const std::uint8_t* inks, std::int64_t count, bool inverted,
                   std::uint8_t* colours)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const int black = inverted ? inks[4 * i + 3] : 255 - inks[4 * i + 3];
        for (std::int64_t c = 0; c < 3; ++c) {
            const int ink = inverted ? inks[4 * i + c] : 255 - inks[4 * i + c];
            colours[3 * i + c] = static_cast<std::uint8_t>((ink * black + 127) / 255);
        }
    }
}

} // namespace

bool decodeJpeg(const std::uint8_t* bytes, std::size_t size, std::int64_t height,
                std::int64_t width, std::uint8_t* pixels)
{
    std::vector<std::uint8_t> inks; // before setjmp: a jump must not skip its destructor
    jpeg_decompress_struct info{};
    Failure failure{};
    jpeg_progress_mgr progress{};
    info.err = jpeg_std_error(&failure);
    failure.error_exit = fail;
    failure.emit_message = judge;
    failure.output_message = silence;
    progress.progress_monitor = countScans;
    if (setjmp(failure.leave) != 0) {
        jpeg_destroy_decompress(&info);
        return false;
    }
    jpeg_create_decompress(&info);
    info.progress = &progress;
    jpeg_mem_src(&info, bytes, static_cast<unsigned long>(size));
    jpeg_read_header(&info, TRUE);
    const bool inked = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
    info.out_color_space = inked ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info);
    bool fits = info.output_height == height && info.output_width == width;
    if (inked)
        inks.resize(static_cast<std::size_t>(width) * 4);
    while (fits && info.output_scanline < info.output_height) {
        std::uint8_t* row = pixels + std::int64_t{info.output_scanline} * width * 3;
        JSAMPROW into = inked ? inks.data() : row;
        fits = jpeg_read_scanlines(&info, &into, 1) == 1;
        if (inked)
            inksToColours(inks.data(), width, info.saw_Adobe_marker, row);
    }
    if (fits)
        jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return fits;
}

} // namespace lb::codecs
