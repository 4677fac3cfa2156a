#pragma once

#include "widgets/preview/preview_view.h"

#include <QThreadPool>

namespace lb {

class Session;
class Source;

/// The samples that previews are made of: a few of the project's data, of different classes, rows
/// that the user chose, and whatever files the user dropped. Files are read on a thread of their own.
class PinnedSamples : public QObject {
    Q_OBJECT
public:
    explicit PinnedSamples(Session& session, QObject* parent = nullptr);
    ~PinnedSamples() override;

    const std::vector<Pin>& pins() const { return m_pins; }
    const std::vector<PreviewSample>& overview() const { return m_overview; } ///< the data's first
    bool hasRows() const; ///< the data are texts or a table
    bool idle() const { return m_reading == 0; }

    void pinFile(const QString& path); ///< an image, at its own size; tells the session of failures
    void pinRow(std::shared_ptr<const Source> source, std::int64_t row); ///< a sample of the data
    void unpin(int index); ///< the last one stays

signals:
    void changed();

private:
    void takeFromSource();
    void receive(int generation, std::vector<Pin> pins, std::vector<PreviewSample> overview);
    void join();

    Session& m_session;
    std::vector<Pin> m_fromSource, m_fromFiles, m_pins;
    std::vector<PreviewSample> m_overview;
    std::shared_ptr<const Source> m_source; ///< that pinned rows are of
    int m_generation = 0, m_reading = 0;
    QThreadPool m_pool; // last: it ends before the rest goes
};

} // namespace lb
