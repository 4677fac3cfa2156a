#pragma once

#include "core/support/jobs.h"
#include "widgets/export/export_strip.h"
#include "core/interop/bundle.h"

#include "widgets/theme/theme.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTabWidget;
class QVBoxLayout;

namespace lb {

class CodeBox;
class ParityTable;

/// The workspace Export: what goes into a bundle and what is left out, whether every sample comes
/// out the same, and how the bundle is used. It reports wishes; its owner writes.
class ExportView : public QWidget {
    Q_OBJECT
public:
    enum class Format : std::uint8_t { Keras, Onnx, Python, R };

    explicit ExportView(QWidget* parent = nullptr);
    ~ExportView() override;

    /// What would be written: `subtitle` names project, run and epoch.
    void setPlan(const ExportReport& report, std::vector<ExportStep> steps, const QString& subtitle);
    void setImpossible(const QString& why); ///< the project cannot be exported
    void setWorking(const QString& what); ///< a job began
    void setProgress(const Progress& progress);
    void setChecked(const ExportReport& report); ///< every sample passed, nothing was written
    void setWritten(const ExportReport& report, const QString& path);
    void setFileWritten(const QString& path); ///< one file instead of a bundle; nothing was checked
    void setRefused(const Error& error); ///< the job failed; nothing was written
    void setIdle(); ///< the job was cancelled

    QString target() const; ///< as the user wrote it
    void setTarget(const QString& path); ///< emits nothing
    ExportStrip* strip() const { return m_strip; }
    ParityTable* parity() const { return m_parity; }
    QString bannerText() const; ///< title and sentence of the banner

    static QString formatName(Format format);

signals:
    void writeRequested(const QString& path);
    void checkRequested();
    void cancelRequested();
    void formatRequested(lb::ExportView::Format format); ///< a single file instead of a bundle
    void predictRequested(); ///< with the bundle that was written
    void targetEdited(const QString& path);

private:
    QWidget* makeHead();
    QWidget* makeGraph();
    QWidget* makeContents();
    QWidget* makeParity();
    QWidget* makeCode();
    QWidget* makeFoot();
    void showFiles();
    void showSignature();
    void showNotes();
    void showCode();
    void showBanner(const char* look, const QString& icon, Token token, const QString& title,
                    const QString& text);
    void setReport(const ExportReport& report);
    void setBusy(bool busy);
    void browse();

    ExportReport m_report;
    bool m_possible = false;
    QLabel* m_subtitle = nullptr;
    QLabel* m_graphFacts = nullptr;
    ExportStrip* m_strip = nullptr;
    QVBoxLayout* m_files = nullptr;
    QLabel* m_filesSize = nullptr;
    QVBoxLayout* m_signature = nullptr;
    QLabel* m_notes = nullptr;
    QWidget* m_banner = nullptr;
    QLabel* m_bannerIcon = nullptr;
    QLabel* m_bannerTitle = nullptr;
    QLabel* m_bannerText = nullptr;
    ParityTable* m_parity = nullptr;
    QLabel* m_parityNote = nullptr;
    QTabWidget* m_tabs = nullptr;
    CodeBox* m_python = nullptr;
    CodeBox* m_keras = nullptr;
    CodeBox* m_r = nullptr;
    CodeBox* m_shell = nullptr;
    std::vector<QLabel*> m_usageHints;
    QLineEdit* m_target = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_progressText = nullptr;
    QPushButton* m_other = nullptr;
    QPushButton* m_check = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_predict = nullptr;
    QPushButton* m_write = nullptr;
};

} // namespace lb
