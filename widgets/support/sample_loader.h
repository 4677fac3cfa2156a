#pragma once

#include "core/data/source.h"
#include "core/preview/picture.h"

#include <QCache>
#include <QHash>
#include <QImage>
#include <QObject>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace lb {

/// Decodes pictures of a source, with their masks and boxes, or draws its sounds, on a worker, those
/// that are wished for now and no others, and keeps the last ones. Large pictures are kept scaled
/// down, so memory is bounded.
///
/// GUI thread; the destructor waits for the one picture that is being decoded.
class SampleLoader : public QObject {
    Q_OBJECT
public:
    explicit SampleLoader(int longestSide, QObject* parent = nullptr);
    ~SampleLoader() override;

    void setSource(std::shared_ptr<const Source> source); ///< forgets every picture
    const Source* source() const { return m_source.get(); }
    /// Replaces what is still to do; pictures come in this order.
    void wish(std::vector<std::int64_t> indices);
    /// The picture, or null while it is not there.
    QImage picture(std::int64_t index) const;
    QString failure(std::int64_t index) const; ///< why there will be none, else ""
    /// What a row of texts or of a table says, where the source has no pictures.
    QString words(std::int64_t index) const;
    bool settled() const; ///< nothing that was wished for is missing

signals:
    void loaded(); ///< some pictures came

private:
    struct Done {
        std::uint64_t generation;
        std::int64_t index;
        QImage picture;
        Picture annotated; ///< instead, where something belongs to it: its boxes are still to paint
        QString failure, words;
    };
    void work(const std::stop_token& stop);
    void takePicture(const Source& source, Done& done) const;
    void takeSound(const Source& source, Done& done) const;
    void takeMail();

    const int m_longestSide;
    std::shared_ptr<const Source> m_source;
    QCache<qint64, QImage> m_pictures;
    QHash<qint64, QString> m_failures;
    QCache<qint64, QString> m_words;

    mutable std::mutex m_mutex; // guards what follows
    std::condition_variable_any m_wake;
    std::uint64_t m_generation = 0;
    std::shared_ptr<const Source> m_workerSource;
    std::vector<std::int64_t> m_wishes; // newest wish last
    std::vector<Done> m_mail;
    bool m_busy = false;

    std::jthread m_worker; // last: it uses everything above
};

} // namespace lb
