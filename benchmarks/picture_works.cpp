#include "benchmarks/models.h"
#include "benchmarks/pictures.h"

#include "core/data/image_file.h"
#include "core/kernels/resize.h"

#include <algorithm>
#include <cmath>

// Works on picture files.
namespace lb::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSide = 224;
constexpr std::int64_t kPictureBatch = 32;

std::vector<fs::path> picturesUnder(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code problem;
    for (const auto& entry : fs::recursive_directory_iterator(folder, problem))
        if (entry.path().extension() == ".jpg" || entry.path().extension() == ".png")
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

Error noPictures(const fs::path& folder)
{
    return {ErrorCode::NotFound, folder.string(),
            LB_TR("Error", "does not hold the pictures; name their folder with --data")};
}

/// The files of a list, read when they are asked for.
class PictureFiles final : public Source {
public:
    /// `size`: of every picture, or kUnknown.
    PictureFiles(std::vector<fs::path> files, std::int64_t size)
        : m_files(std::move(files))
        , m_size(size)
    {
    }
    std::int64_t size() const override { return std::ssize(m_files); }
    Spec imageSpec() const override
    {
        return {DType::UInt8, {m_size, m_size, 3}, ValueRange::declared(0, 255)};
    }
    const std::vector<std::string>& classNames() const override { return m_names; }
    std::int64_t label(std::int64_t) const override { return 0; }
    Result<Tensor> image(std::int64_t index) const override
    {
        return readImage(m_files.at(static_cast<std::size_t>(index)));
    }
    std::string dataHash() const override { return "files"; }

private:
    std::vector<fs::path> m_files;
    std::int64_t m_size;
    std::vector<std::string> m_names{"picture"};
};

/// Bilinear from half-pixel centres, straight from the definition.
std::vector<float> resized(const Tensor& image)
{
    const std::int64_t height = image.shape()[0], width = image.shape()[1];
    const auto pixels = image.values<std::uint8_t>();
    const auto at = [](std::int64_t i, std::int64_t size) {
        const double place
            = (static_cast<double>(i) + 0.5) * static_cast<double>(size) / kSide - 0.5;
        return std::clamp(place, 0.0, static_cast<double>(size - 1));
    };
    std::vector<float> result;
    for (std::int64_t row = 0; row < kSide; ++row)
        for (std::int64_t column = 0; column < kSide; ++column)
            for (std::int64_t c = 0; c < 3; ++c) {
                const double y = at(row, height), x = at(column, width);
                const auto top = static_cast<std::int64_t>(y), left = static_cast<std::int64_t>(x);
                const auto value = [&](std::int64_t r, std::int64_t k) {
                    r = std::min(r, height - 1);
                    k = std::min(k, width - 1);
                    return static_cast<double>(pixels[static_cast<std::size_t>((r * width + k) * 3 + c)]);
                };
                const double across = x - static_cast<double>(left);
                const auto line = [&](std::int64_t r) {
                    return value(r, left) * (1 - across) + value(r, left + 1) * across;
                };
                const double down = y - static_cast<double>(top);
                result.push_back(static_cast<float>(line(top) * (1 - down) + line(top + 1) * down));
            }
    return result;
}

Result<Figures> decoding(const Setting& setting, std::vector<fs::path> files, std::int64_t size)
{
    const auto source = std::make_shared<PictureFiles>(std::move(files), size);
    Chain chain;
    chain.pipeline("Resizing", ConfigObject{{"height", kSide}, {"width", kSide}})
        .model("Batch");
    InputOptions options;
    options.workers = setting.cores;
    LB_TRY(pipeline, InputPipeline::make(std::move(chain).done(), setting.registry, source, options));
    const InputPass pass = wholePass(source->size(), kPictureBatch);
    pipeline->start(pass);
    LB_TRY(first, pipeline->next());
    constexpr std::size_t each = kSide * kSide * 3;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(source->size(), kPictureBatch); ++i) {
        LB_TRY(image, source->image(i));
        const auto ours = first->x.front().subspan(static_cast<std::size_t>(i) * each, each);
        const std::vector<float> exact = resized(image);
        for (std::size_t k = 0; k < each; ++k) // Keras' Resizing gives bytes for bytes
            if (!(std::abs(ours[k] - exact[k]) <= 0.55f) || ours[k] != std::round(ours[k]))
                return Error{ErrorCode::Diverged, source->nameOf(i),
                             LB_TR("Error", "differs from the definition")};
    }
    return perSecond("images/s", source->size(), timed([&] { drain(*pipeline, pass); }, 5));
}

} // namespace

Result<Tensor> photos(const fs::path& data, std::int64_t count)
{
    const std::vector<fs::path> files = picturesUnder(data / "photos");
    if (files.empty())
        return noPictures(data / "photos");
    std::vector<std::vector<std::uint8_t>> small;
    for (const fs::path& file : files) {
        LB_TRY(image, readImage(file));
        const std::int64_t height = image.shape()[0], width = image.shape()[1];
        const auto pixels = image.values<std::uint8_t>();
        const std::vector<float> from(pixels.begin(), pixels.end());
        std::vector<float> to(static_cast<std::size_t>(kSide * kSide * 3));
        kernels::resize(from.data(), width, 3,
                        kernels::tapsOf(kernels::Interpolation::Bilinear, true, height, kSide),
                        kernels::tapsOf(kernels::Interpolation::Bilinear, true, width, kSide),
                        to.data());
        small.emplace_back();
        for (const float value : to)
            small.back().push_back(static_cast<std::uint8_t>(std::lround(value)));
    }
    return Tensor::make<std::uint8_t>({count, kSide, kSide, 3}, [&](std::span<std::uint8_t> out) {
        auto at = out.begin();
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
            at = std::ranges::copy(small[i % small.size()], at).out;
    });
}

Result<Figures> decodeResizeCifar(const Setting& setting)
{
    std::vector<fs::path> files = picturesUnder(setting.data / "cifar10-folder");
    if (files.empty())
        return noPictures(setting.data / "cifar10-folder");
    return decoding(setting, std::move(files), 32);
}

Result<Figures> decodeResizePhotos(const Setting& setting)
{
    constexpr int rounds = 8;
    const std::vector<fs::path> once = picturesUnder(setting.data / "photos");
    if (once.empty())
        return noPictures(setting.data / "photos");
    std::vector<fs::path> files;
    for (int i = 0; i < rounds; ++i)
        files.insert(files.end(), once.begin(), once.end());
    return decoding(setting, std::move(files), kUnknown);
}

} // namespace lb::bench
