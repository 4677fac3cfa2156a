#include "widgets/export/export_view.h"

#include "widgets/export/parity_table.h"
#include "widgets/export/usage_code.h"
#include "widgets/support/code_box.h"
#include "widgets/support/controls.h"
#include "widgets/support/translated.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QVBoxLayout>

#include <cmath>

namespace lb {
namespace {

void clear(QLayout* layout)
{
    while (QLayoutItem* item = layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

QString shapeText(const Shape& shape)
{
    QStringList sizes;
    for (std::size_t i = 0; i < shape.size(); ++i)
        sizes << (shape[i] != kUnknown ? QString::number(shape[i]) : i == 0 ? "N" : "?");
    return '(' + sizes.join(", ") + (sizes.size() == 1 ? ",)" : ")");
}

QString rangeText(const ValueRange& range)
{
    return range.known() ? QString("%1–%2").arg(range.least, 0, 'g', 6).arg(range.most, 0, 'g', 6)
                         : ExportView::tr("any value");
}

/// One line of a list: mark, name over hint, value right.
QWidget* listRow(QWidget* mark, const QString& name, const QString& hint, const QString& value,
                 const QString& below, QWidget* parent)
{
    auto* row = new QWidget(parent);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->setSpacing(10);
    layout->addWidget(mark, 0, Qt::AlignTop);
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    names->addWidget(makeLabel(name, "mono", row));
    auto* under = new ElidedLabel("hint", Qt::ElideRight, row);
    under->setFullText(hint);
    names->addWidget(under);
    layout->addLayout(names, 1);
    auto* values = new QVBoxLayout;
    values->setSpacing(0);
    QLabel* first = makeLabel(value, "mono", row);
    first->setAlignment(Qt::AlignRight);
    values->addWidget(first);
    if (!below.isEmpty()) {
        QLabel* second = makeLabel(below, "mono", row);
        second->setAlignment(Qt::AlignRight);
        values->addWidget(second);
    } else {
        values->addStretch(1);
    }
    layout->addLayout(values);
    return row;
}

QLabel* iconLabel(const QString& icon, Token token, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setPixmap(themedIcon(icon, token).pixmap(14, 14));
    label->setFixedSize(16, 18);
    return label;
}

struct FileKind {
    const char* name;
    const char* prefix;
    QString hint;
};

} // namespace

ExportView::~ExportView() = default;

QString ExportView::formatName(Format format)
{
    switch (format) {
    case Format::Keras:
        return tr("Keras archive (.keras)");
    case Format::Onnx:
        return tr("ONNX model (.onnx)");
    case Format::Python:
        return tr("Python script");
    case Format::R:
        return tr("R script");
    }
    return {};
}

void ExportView::setReport(const ExportReport& report)
{
    m_report = report;
    m_parity->setReport(report);
    showFiles();
    showSignature();
    showNotes();
    showCode();
}

void ExportView::setPlan(const ExportReport& report, std::vector<ExportStep> steps,
                         const QString& subtitle)
{
    m_possible = true;
    m_subtitle->setText(subtitle);
    const auto removed = std::ranges::count_if(steps, &ExportStep::removed);
    m_graphFacts->setText(tr("%1 nodes, %2 left out").arg(steps.size()).arg(removed));
    m_strip->setSteps(std::move(steps));
    setReport(report);
    showBanner("field", "shield", &Theme::text2, tr("Not checked yet"),
               tr("Writing, or Check, runs every sample through the written files."));
    setBusy(false);
}

void ExportView::setImpossible(const QString& why)
{
    m_possible = false;
    m_subtitle->clear();
    m_graphFacts->clear();
    m_strip->setSteps({});
    setReport({});
    showBanner("errorCard", "cross-circle", &Theme::error, tr("This project cannot be exported"), why);
    setBusy(false);
    m_write->setToolTip(why);
    m_check->setToolTip(why);
}

void ExportView::setWorking(const QString& what)
{
    m_progress->setRange(0, 0);
    m_progressText->setText(what);
    setBusy(true);
}

void ExportView::setProgress(const Progress& progress)
{
    if (progress.total > 0) {
        m_progress->setRange(0, 1'000);
        m_progress->setValue(static_cast<int>(std::lround(1'000 * progress.done / progress.total)));
    }
}

void ExportView::setChecked(const ExportReport& report)
{
    setReport(report);
    const std::optional<double> keras = report.largest(&ExportReport::Sample::keras);
    const std::optional<double> onnx = report.largest(&ExportReport::Sample::onnx);
    QString text = tr("%1 samples, largest difference %2 in model.keras")
                       .arg(report.samples.size())
                       .arg(keras ? differenceText(*keras) : QString("–"));
    text += onnx ? tr(", %1 in model.onnx").arg(differenceText(*onnx))
        : report.noOnnx ? tr("; there is no model.onnx: %1").arg(translated(*report.noOnnx))
                        : tr("; model.onnx was not run here: there is no ONNX Runtime");
    showBanner("okCard", "shield", &Theme::ok, tr("Parity check passed"), text);
    setBusy(false);
}

void ExportView::setWritten(const ExportReport& report, const QString& path)
{
    setChecked(report);
    m_bannerTitle->setText(tr("Parity check passed, bundle written"));
    m_bannerText->setText(m_bannerText->text() + '\n' + path);
    m_predict->show();
}

void ExportView::setFileWritten(const QString& path)
{
    showBanner("field", "check-circle", &Theme::ok, tr("Written: %1").arg(QFileInfo(path).fileName()),
               tr("%1\nA single file is not checked; a bundle is.").arg(path));
    setBusy(false);
}

void ExportView::setRefused(const Error& error)
{
    showBanner("errorCard", "cross-circle", &Theme::error, tr("Nothing was written"), translated(error));
    setBusy(false);
}

void ExportView::setIdle()
{
    setBusy(false);
}

void ExportView::setBusy(bool busy)
{
    m_progress->setVisible(busy);
    m_progressText->setVisible(busy);
    m_cancel->setVisible(busy);
    m_check->setVisible(!busy);
    m_other->setVisible(!busy);
    m_write->setEnabled(!busy && m_possible);
    m_check->setEnabled(m_possible);
    m_other->setEnabled(m_possible);
    m_target->setEnabled(!busy);
    if (m_possible) {
        m_write->setToolTip(tr("Writes the bundle after every sample has passed"));
        m_check->setToolTip(tr("Writes a bundle into a temporary folder, checks it and deletes it"));
    }
}

QString ExportView::target() const
{
    return m_target->text();
}

void ExportView::setTarget(const QString& path)
{
    m_target->setText(path);
    showCode();
}

QString ExportView::bannerText() const
{
    return m_bannerTitle->text() + '\n' + m_bannerText->text();
}

void ExportView::showBanner(const char* look, const QString& icon, Token token,
                            const QString& title, const QString& text)
{
    m_predict->hide(); // it belongs to "bundle written" alone
    setLook(m_banner, look);
    m_bannerIcon->setPixmap(themedIcon(icon, token).pixmap(24, 24));
    m_bannerTitle->setText(title);
    m_bannerText->setText(text);
}

void ExportView::showFiles()
{
    clear(m_files);
    const bool text = m_report.inputs.size() == 1 && m_report.input().dtype == DType::String;
    const QString onnx = m_report.noOnnx
        ? tr("cannot be written: %1").arg(translated(*m_report.noOnnx))
        : tr("opset 20, ONNX Runtime 1.17 or newer");
    const FileKind kinds[]{{"model.keras", "model.keras",
                            m_report.inputs.size() > 1 ? tr("Keras 3 archive: raw rows to classes")
                                : text ? tr("Keras 3 archive: raw texts to classes")
                                       : tr("Keras 3 archive: raw pixels to classes")},
                           {"model.onnx", "model.onnx", onnx},
                           {"manifest.json", "manifest.json", tr("signature, labels, versions, checksums")},
                           {"samples/", "samples/", tr("%1 inputs with expected outputs").arg(m_report.samples.size())},
                           {"verify.py", "verify.py", tr("the same check without Layerbench")}};
    std::uintmax_t all = 0;
    for (const FileKind& kind : kinds) {
        std::uintmax_t bytes = 0;
        for (const ExportReport::File& file : m_report.files)
            if (file.name.starts_with(kind.prefix))
                bytes += file.bytes;
        all += bytes;
        const QString size = bytes > 0 ? locale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeTraditionalFormat) : QString("–");
        const bool lacks = m_report.noOnnx && QLatin1String(kind.name) == QLatin1String("model.onnx");
        QLabel* mark = lacks ? iconLabel("cross-circle", &Theme::warn, this)
                             : iconLabel("check-circle", &Theme::accent, this);
        m_files->addWidget(listRow(mark, kind.name, kind.hint, size, {}, this));
    }
    m_filesSize->setText(all > 0 ? locale().formattedDataSize(static_cast<qint64>(all), 1, QLocale::DataSizeTraditionalFormat)
                                 : QString());
}

void ExportView::showSignature()
{
    clear(m_signature);
    if (m_report.inputs.empty())
        return;
    const auto row = [&](const QString& way, const QString& name, const QString& hint,
                         const QString& dtype, const QString& shape) {
        QLabel* mark = makeLabel(way, "hint", this);
        mark->setFixedWidth(24);
        m_signature->addWidget(listRow(mark, name, hint, dtype, shape, this));
    };
    const auto dtype = [](const Spec& spec) {
        return QString::fromUtf8(nameOf(spec.dtype).data(), static_cast<qsizetype>(nameOf(spec.dtype).size()));
    };
    for (const Column& input : m_report.inputs)
        row(tr("in"), QString::fromStdString(input.name), rangeText(input.spec.range),
            dtype(input.spec), shapeText(input.spec.shape));
    row(tr("out"), "probabilities", rangeText(m_report.output.range), dtype(m_report.output),
        shapeText(m_report.output.shape));
    if (!m_report.labels.empty() && !m_report.noOnnx)
        row(tr("out"), "label", tr("%1 names, in model.onnx").arg(m_report.labels.size()), "string",
            "(N,)");
}

void ExportView::showNotes()
{
    QStringList notes;
    for (const Message& note : m_report.notes)
        notes << translated(note);
    if (m_report.noOnnx && m_report.files.empty()) // later it is one of the notes
        notes << tr("There will be no model.onnx: %1").arg(translated(*m_report.noOnnx));
    m_notes->setText(notes.join('\n'));
    m_notes->setVisible(!notes.isEmpty());
    if (m_report.samples.empty())
        m_parityNote->clear();
    else
        m_parityNote->setText(
            tr("Largest absolute difference of the probabilities against the project. Tolerance %1 "
               "for model.keras, %2 for model.onnx.")
                .arg(differenceText(kKerasTolerance), differenceText(kOnnxTolerance)));
}

void ExportView::showCode()
{
    QString bundle = QFileInfo(m_target->text()).fileName();
    if (bundle.isEmpty())
        bundle = "model.bundle";
    m_python->setCode(pythonUsage(m_report, bundle));
    m_keras->setCode(kerasUsage(m_report, bundle));
    m_python->setVisible(!m_report.noOnnx); // Keras' way stands below
    m_r->setCode(rUsage(m_report, bundle));
    m_shell->setCode(shellUsage(m_report, bundle));
    for (QLabel* hint : m_usageHints)
        hint->setText(usageHint(m_report));
}

void ExportView::browse()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Write bundle"), m_target->text(),
                                                      tr("Bundle folder (*);;Zip file (*.zip)"), nullptr,
                                                      QFileDialog::DontConfirmOverwrite);
    if (path.isEmpty())
        return;
    setTarget(path);
    Q_EMIT targetEdited(path);
}

} // namespace lb
