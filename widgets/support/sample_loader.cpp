#include "widgets/support/sample_loader.h"

#include "core/data/sources.h"
#include "core/preview/annotated_picture.h"
#include "core/tensor/dispatch.h"
#include "widgets/preview/pictures.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/support/translated.h"

#include <algorithm>
#include <exception>

namespace lb {
namespace {

constexpr int kMostPixels = 16 * 1024 * 1024; // 64 MB
constexpr int kMostWords = 20'000;
constexpr qsizetype kLongest = 2'000; // characters of a row

/// "A text", or a line for each column: "age 22".
Result<QString> wordsOf(const Source& source, std::int64_t row)
{
    LB_TRY(values, wholeRow(source, row));
    const std::vector<Column> columns = source.columns();
    QStringList lines;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const QString value = dispatchAny(values[i].dtype(), [&]<typename T>(const T&) {
            if constexpr (std::is_same_v<T, std::string>)
                return QString::fromStdString(values[i].values<T>().front());
            else
                return QString::number(static_cast<double>(values[i].values<T>().front()));
        });
        lines << (columns.size() == 1
                      ? value
                      : QString::fromStdString(columns[i].name) + ' ' + value.simplified());
    }
    const QString words = lines.join('\n');
    return words.isEmpty() ? QString(" ") : words.left(kLongest);
}

} // namespace

SampleLoader::SampleLoader(int longestSide, QObject* parent)
    : QObject(parent)
    , m_longestSide(longestSide)
    , m_pictures(kMostPixels)
    , m_words(kMostWords)
    , m_worker([this](const std::stop_token& stop) { work(stop); })
{
}

SampleLoader::~SampleLoader()
{
    m_worker.request_stop();
    m_worker.join();
}

void SampleLoader::setSource(std::shared_ptr<const Source> source)
{
    m_source = std::move(source);
    m_pictures.clear();
    m_failures.clear();
    m_words.clear();
    const std::scoped_lock lock(m_mutex);
    ++m_generation;
    m_workerSource = m_source;
    m_wishes.clear();
    m_mail.clear();
}

void SampleLoader::wish(std::vector<std::int64_t> indices)
{
    std::erase_if(indices, [&](std::int64_t index) {
        return m_pictures.contains(index) || m_failures.contains(index)
            || m_words.contains(index);
    });
    std::ranges::reverse(indices); // taken from the back
    {
        const std::scoped_lock lock(m_mutex);
        m_wishes = std::move(indices);
    }
    m_wake.notify_one();
}

QImage SampleLoader::picture(std::int64_t index) const
{
    const QImage* found = m_pictures.object(index);
    return found != nullptr ? *found : QImage();
}

QString SampleLoader::failure(std::int64_t index) const
{
    return m_failures.value(index);
}

QString SampleLoader::words(std::int64_t index) const
{
    const QString* found = m_words.object(index);
    return found ? *found : QString();
}

bool SampleLoader::settled() const
{
    const std::scoped_lock lock(m_mutex);
    return m_wishes.empty() && m_mail.empty() && !m_busy;
}

void SampleLoader::work(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        std::shared_ptr<const Source> source;
        Done done{};
        {
            std::unique_lock lock(m_mutex);
            m_busy = false;
            if (!m_wake.wait(lock, stop, [this] { return !m_wishes.empty(); }))
                return;
            done.index = m_wishes.back();
            m_wishes.pop_back();
            done.generation = m_generation;
            source = m_workerSource;
            m_busy = true;
        }
        try { // the thread's root: nothing may leave it
            if (source->hasImages())
                takePicture(*source, done);
            else if (holdsSounds(*source))
                takeSound(*source, done);
            else if (const auto words = wordsOf(*source, done.index); words.ok())
                done.words = words.value();
            else
                done.failure = translated(words.error());
        } catch (const std::exception& problem) {
            done.failure = QString::fromUtf8(problem.what());
        }
        bool wasEmpty = false;
        {
            const std::scoped_lock lock(m_mutex);
            wasEmpty = m_mail.empty();
            m_mail.push_back(std::move(done));
        }
        if (wasEmpty)
            QMetaObject::invokeMethod(this, &SampleLoader::takeMail, Qt::QueuedConnection);
    }
}

void SampleLoader::takePicture(const Source& source, Done& done) const
{
    const auto image = source.image(done.index);
    if (!image.ok()) {
        done.failure = translated(image.error());
        return;
    }
    const auto annotations = source.annotations(done.index);
    if (!annotations.ok()) {
        done.failure = translated(annotations.error());
        return;
    }
    if (annotations.value().any()) {
        PictureOptions options;
        options.maxSide = m_longestSide;
        done.annotated = pictureOf(image.value(), source.imageSpec().range, options);
        annotate(done.annotated, annotations.value(), image.value().shape(),
                 {}); // names of boxes could not be read at a tile's size
        return;
    }
    done.picture = pictureOf(image.value());
    if (std::max(done.picture.width(), done.picture.height()) > m_longestSide)
        done.picture = done.picture.scaled(m_longestSide, m_longestSide, Qt::KeepAspectRatio,
                                           Qt::SmoothTransformation);
}

void SampleLoader::takeSound(const Source& source, Done& done) const
{
    const auto values = wholeRow(source, done.index);
    if (values.ok())
        done.picture = waveOf(values.value().front(), {m_longestSide, m_longestSide});
    else
        done.failure = translated(values.error());
}

void SampleLoader::takeMail()
{
    std::vector<Done> mail;
    std::uint64_t generation = 0;
    {
        const std::scoped_lock lock(m_mutex);
        mail.swap(m_mail);
        generation = m_generation;
    }
    bool any = false;
    for (Done& done : mail) {
        if (done.generation != generation)
            continue;
        any = true;
        if (!done.annotated.rgb.empty())
            done.picture = imageOf(done.annotated);
        if (!done.picture.isNull())
            m_pictures.insert(done.index, new QImage(done.picture),
                              std::max(1, done.picture.width() * done.picture.height()));
        else if (!done.words.isEmpty())
            m_words.insert(done.index, new QString(done.words));
        else
            m_failures.insert(done.index,
                              done.failure.isEmpty() ? tr("This is no picture.") : done.failure);
    }
    if (any)
        Q_EMIT loaded();
}

} // namespace lb
