#include "app/workbench/pinned_samples.h"

#include "app/workbench/session.h"
#include "core/data/image_file.h"
#include "core/data/source.h"
#include "core/tensor/tensor_hash.h"
#include "widgets/support/translated.h"

#include <QFileInfo>

#include <algorithm>
#include <map>
#include <set>

namespace lb {
namespace {

constexpr std::size_t kPinned = 3;
constexpr std::int64_t kLookedAt = 64; ///< for images of different classes
constexpr std::size_t kOverview = 8;

/// Draws of a file are addressed by its pixels: the same file draws the same everywhere.
std::uint64_t addressOf(const Tensor& image)
{
    return std::stoull(contentHash(image).substr(0, 15), nullptr, 16);
}

struct Picked {
    std::vector<Pin> pins;
    std::vector<PreviewSample> overview;
};

/// A picture is called as its class, a row by its number.
Result<Pin> pinOf(const Source& source, std::int64_t row)
{
    const auto id = static_cast<std::uint64_t>(row);
    const std::string label = labelName(source, row);
    if (source.hasImages()) {
        LB_TRY(sample, previewSample(source, row, label.empty() ? std::to_string(row) : label));
        return Pin{std::move(sample), PinnedSamples::tr("no. %1").arg(row)};
    }
    LB_TRY(values, wholeRow(source, row));
    std::vector<std::string> names;
    for (const Column& column : source.columns())
        names.push_back(column.name);
    for (Tensor& value : values) // without the batch
        value = value.reshaped({value.shape().begin() + 1, value.shape().end()});
    return Pin{rowSample(PinnedSamples::tr("row %1").arg(row).toStdString(), std::move(names),
                         std::move(values), id),
               QString::fromStdString(label)};
}

/// Of a sample that cannot be read, such as an image whose mask has another size.
Pin refusedPin(const Source& source, std::int64_t row, const Error& error)
{
    Pin pin;
    pin.sample.name = labelName(source, row);
    if (pin.sample.name.empty())
        pin.sample.name = std::to_string(row);
    pin.sample.id = static_cast<std::uint64_t>(row);
    pin.failure = translated(error);
    pin.sample.key = "refused" + std::to_string(row) + pin.failure.toStdString();
    pin.label = PinnedSamples::tr("no. %1").arg(row);
    return pin;
}

Picked pickedFrom(const Source& source)
{
    Picked result;
    std::set<std::int64_t> labels;
    std::map<std::int64_t, Pin> refused; // the first of a class
    for (std::int64_t row = 0; row < std::min(source.size(), kLookedAt); ++row) {
        const bool isNew = !labels.contains(source.label(row));
        if (result.overview.size() >= kOverview && (!isNew || result.pins.size() >= kPinned))
            continue;
        Result<Pin> pin = pinOf(source, row);
        if (!pin.ok()) {
            refused.try_emplace(source.label(row), refusedPin(source, row, pin.error()));
            continue;
        }
        if (result.overview.size() < kOverview)
            result.overview.push_back(pin.value().sample);
        if (!isNew || result.pins.size() >= kPinned)
            continue;
        labels.insert(source.label(row));
        result.pins.push_back(std::move(pin.value()));
    }
    for (auto& [label, pin] : refused) // instead of nothing a row that says why
        if (!labels.contains(label) && result.pins.size() < kPinned)
            result.pins.push_back(std::move(pin));
    return result;
}

} // namespace

PinnedSamples::PinnedSamples(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    m_pool.setMaxThreadCount(1);
    connect(&session, &Session::sourceChanged, this, &PinnedSamples::takeFromSource);
    connect(&session, &Session::projectReplaced, this, [this] {
        m_fromFiles.clear();
        takeFromSource();
    });
    takeFromSource();
}

PinnedSamples::~PinnedSamples()
{
    m_pool.clear();
    m_pool.waitForDone();
}

void PinnedSamples::takeFromSource()
{
    const int generation = ++m_generation;
    const std::shared_ptr<const Source> source = m_session.source();
    if (source && source != m_source) { // other rows have the same numbers now
        std::erase_if(m_fromFiles, [](const Pin& pin) { return pin.sample.isRow(); });
        m_source = source;
    }
    if (!source) {
        m_fromSource.clear();
        m_overview.clear();
        return join();
    }
    ++m_reading;
    m_pool.start([this, source, generation] {
        Picked picked = pickedFrom(*source);
        QMetaObject::invokeMethod(
            this,
            [this, generation, picked = std::move(picked)] {
                --m_reading;
                receive(generation, picked.pins, picked.overview);
            },
            Qt::QueuedConnection);
    });
}

void PinnedSamples::receive(int generation, std::vector<Pin> pins,
                            std::vector<PreviewSample> overview)
{
    if (generation != m_generation)
        return; // of data that were there before
    m_fromSource = std::move(pins);
    m_overview = std::move(overview);
    join();
}

bool PinnedSamples::hasRows() const
{
    const auto source = m_session.source();
    return source && !source->hasImages();
}

void PinnedSamples::pinFile(const QString& path)
{
    if (hasRows())
        return m_session.reportFailure(
            {ErrorCode::Unsupported, QFileInfo(path).fileName().toStdString(),
             LB_TR("Error", "is a file, and the data of this project are rows; pin one of them in "
                            "the Data workspace")});
    ++m_reading;
    m_pool.start([this, path] {
        const Result<Tensor> image = readImage(path.toStdString());
        QMetaObject::invokeMethod(
            this,
            [this, path, image] {
                --m_reading;
                if (!image.ok())
                    return m_session.reportFailure(image.error());
                m_fromFiles.insert(m_fromFiles.begin(),
                                   {previewSample(QFileInfo(path).fileName().toStdString(),
                                                  image.value(), addressOf(image.value())),
                                    {}});
                join();
            },
            Qt::QueuedConnection);
    });
}

void PinnedSamples::pinRow(std::shared_ptr<const Source> source, std::int64_t row)
{
    if (!source)
        return;
    ++m_reading;
    m_pool.start([this, source, row] {
        Result<Pin> read = pinOf(*source, row);
        if (read.ok() && source->hasImages())
            read.value().sample.name = source->nameOf(row);
        QMetaObject::invokeMethod(
            this,
            [this, read] {
                --m_reading;
                if (!read.ok())
                    return m_session.reportFailure(read.error());
                Pin pin = read.value();
                const auto same
                    = [&](const Pin& other) { return other.sample.key == pin.sample.key; };
                std::erase_if(m_fromFiles, same); // it comes to the front
                m_fromFiles.insert(m_fromFiles.begin(), std::move(pin));
                join();
            },
            Qt::QueuedConnection);
    });
}

void PinnedSamples::unpin(int index)
{
    if (index < 0 || index >= std::ssize(m_pins) || m_pins.size() < 2)
        return;
    if (const auto files = std::ssize(m_fromFiles); index < files)
        m_fromFiles.erase(m_fromFiles.begin() + index);
    else
        m_fromSource.erase(m_fromSource.begin() + (index - files));
    join();
}

void PinnedSamples::join()
{
    // layers that take rows can do nothing with a picture, and the other way round
    std::erase_if(m_fromFiles,
                  [this](const Pin& pin) { return pin.sample.isRow() != hasRows(); });
    m_pins = m_fromFiles;
    m_pins.insert(m_pins.end(), m_fromSource.begin(), m_fromSource.end());
    Q_EMIT changed();
}

} // namespace lb
