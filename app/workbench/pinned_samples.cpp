#include "app/workbench/pinned_samples.h"

#include "app/workbench/session.h"
#include "core/data/image_file.h"
#include "core/data/source.h"
#include "core/tensor/tensor_hash.h"

#include <QFileInfo>

#include <algorithm>
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
    std::vector<Tensor> overview;
};

Picked pickedFrom(const Source& source)
{
    Picked result;
    std::set<std::int64_t> labels;
    for (std::int64_t row = 0; row < std::min(source.size(), kLookedAt); ++row) {
        const bool isNew = !labels.contains(source.label(row));
        if (result.overview.size() >= kOverview && (!isNew || result.pins.size() >= kPinned))
            continue;
        const auto label = static_cast<std::size_t>(source.label(row));
        const std::string name
            = label < source.classNames().size() ? source.classNames()[label] : std::to_string(row);
        Result<PreviewSample> sample = previewSample(source, row, name);
        if (!sample.ok())
            continue;
        if (result.overview.size() < kOverview)
            result.overview.push_back(sample.value().image);
        if (!isNew || result.pins.size() >= kPinned)
            continue;
        labels.insert(source.label(row));
        result.pins.push_back({std::move(sample.value()), PinnedSamples::tr("no. %1").arg(row)});
    }
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

void PinnedSamples::receive(int generation, std::vector<Pin> pins, std::vector<Tensor> overview)
{
    if (generation != m_generation)
        return; // of data that were there before
    m_fromSource = std::move(pins);
    m_overview = std::move(overview);
    join();
}

void PinnedSamples::pinFile(const QString& path)
{
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
        const Result<PreviewSample> sample = previewSample(*source, row, source->nameOf(row));
        QMetaObject::invokeMethod(
            this,
            [this, sample, row] {
                --m_reading;
                if (!sample.ok())
                    return m_session.reportFailure(sample.error());
                Pin pin{sample.value(), tr("no. %1").arg(row)};
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
    m_pins = m_fromFiles;
    m_pins.insert(m_pins.end(), m_fromSource.begin(), m_fromSource.end());
    Q_EMIT changed();
}

} // namespace lb
