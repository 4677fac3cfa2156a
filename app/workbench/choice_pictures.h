#pragma once

#include "widgets/preview/preview_runner.h"

#include <QImage>

namespace lb {

class Inspector;
class Session;

/// What each way to fill the border would make of the pinned sample, for the inspector.
class ChoicePictures : public QObject {
    Q_OBJECT
public:
    ChoicePictures(Session& session, Inspector& inspector, QObject* parent = nullptr);

    void setSample(const std::optional<PreviewSample>& sample);
    void refresh(); ///< for the selected node
    bool idle() const { return m_wanted.empty() && m_runner.idle(); }

private:
    void take(const PreviewResult& result);

    Session& m_session;
    Inspector& m_inspector;
    std::shared_ptr<const PreviewSample> m_sample; ///< small
    std::string m_sampleKey;
    std::map<std::string, std::size_t> m_wanted; ///< by key: which choice
    std::vector<QImage> m_pictures;
    QString m_note;
    PreviewRunner m_runner;
};

} // namespace lb
