#include "widgets/data/data_view.h"

#include "widgets/data/class_bars.h"
#include "widgets/data/sample_grid.h"
#include "widgets/support/controls.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/support/translated.h"

#include <QComboBox>
#include <QDir>
#include <QDirIterator>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace lb {
namespace {

constexpr std::array kKinds{"drawn_shapes", "cifar10", "image_folder", "sound_folder"};
constexpr std::array kRowKinds{"sentences", "text", "passengers", "csv"};

template <std::size_t N> int indexIn(const std::array<const char*, N>& kinds, const QString& kind)
{
    for (std::size_t i = 0; i < N; ++i)
        if (kind == QLatin1String(kinds[i]))
            return static_cast<int>(i);
    return -1;
}

/// Rows that the program makes of a count and a seed.
bool isMade(const QString& kind)
{
    return kind == "drawn_shapes" || kind == "sentences" || kind == "passengers";
}

bool isTableFile(const QString& path)
{
    return QStringList{"csv", "tsv", "txt"}.contains(QFileInfo(path).suffix().toLower());
}

/// A folder, or a file that holds rows.
QString dataIn(const QMimeData* data)
{
    if (data->hasUrls())
        for (const QUrl& url : data->urls())
            if (const QString path = url.toLocalFile();
                url.isLocalFile() && (QFileInfo(path).isDir() || isTableFile(path)))
                return path;
    return {};
}

} // namespace

QString sourceKindOf(const QString& path, const QString& now)
{
    const bool texts = now == "text" || now == "sentences";
    if (!QFileInfo(path).isDir())
        return texts || path.endsWith(".txt", Qt::CaseInsensitive) ? "text" : "csv";
    const QDir folder(path);
    if (!folder.entryList({"data_batch_*.bin"}, QDir::Files).isEmpty())
        return "cifar10";
    const QStringList classes = folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& name : classes)
        if (QDirIterator first(folder.filePath(name), QDir::Files, QDirIterator::Subdirectories);
            first.hasNext()) // below a split's classes, too
            return first.next().endsWith(".wav", Qt::CaseInsensitive) ? "sound_folder"
                                                                      : "image_folder";
    if (!classes.isEmpty())
        return "image_folder";
    if (!folder.entryList({"*.txt"}, QDir::Files).isEmpty())
        return "text";
    if (folder.entryList({"*.csv", "*.tsv"}, QDir::Files).isEmpty())
        return "image_folder";
    return texts ? "text" : "csv";
}

DataView::~DataView() = default;

void DataView::setSettings(const DataSettings& settings)
{
    const bool splitChanged = settings.validationFraction != m_settings.validationFraction
        || settings.splitSeed != m_settings.splitSeed;
    m_settings = settings;
    const QSignalBlocker blockers[]{QSignalBlocker(m_count), QSignalBlocker(m_seed),
                                    QSignalBlocker(m_fraction), QSignalBlocker(m_splitSeed)};
    m_kind->setCurrent(indexIn(kKinds, settings.kind));
    m_rowKind->setCurrent(indexIn(kRowKinds, settings.kind));
    m_path->setPlaceholderText(hasRows() ? tr("Path of the file or folder")
                                         : tr("Path of the folder"));
    m_table->setSettings(settings.table);
    m_table->setVisible(settings.kind == "csv" || settings.kind == "passengers"
                        || settings.kind == "text");
    m_tableRoom->setVisible(!m_table->isVisibleTo(this));
    const bool drawn = isMade(settings.kind);
    m_drawnFields->setVisible(drawn);
    m_folderFields->setVisible(!drawn);
    m_count->setValue(static_cast<int>(std::min<std::int64_t>(settings.count, m_count->maximum())));
    m_seed->setValue(static_cast<int>(std::clamp<std::int64_t>(settings.seed, 0, m_seed->maximum())));
    if (m_path->text() != settings.path)
        m_path->setText(settings.path);
    m_fraction->setValue(static_cast<int>(std::lround(settings.validationFraction * 100)));
    m_splitSeed->setValue(
        static_cast<int>(std::clamp<std::int64_t>(settings.splitSeed, 0, m_splitSeed->maximum())));
    m_kindHint->setText(
        settings.kind == "sentences"
            ? tr("Sentences made by the program. Nothing is downloaded or read.")
            : settings.kind == "passengers"
            ? tr("Passengers of a made-up ship. Nothing is downloaded or read.")
            : settings.kind == "text"
            ? tr("A CSV file with texts and a label, or a text file for each class.")
            : settings.kind == "csv"
            ? tr("A CSV file. Drop one anywhere here.")
            : drawn ? tr("Ten classes of shapes on 32×32 pixels, drawn by the program. Nothing is "
                         "downloaded or read.")
            : settings.kind == "cifar10"
            ? tr("The folder cifar-10-batches-bin: data_batch_*.bin and batches.meta.txt.")
            : settings.kind == "sound_folder"
            ? tr("A folder with a folder of WAV files for each class, or with train and test and the "
                 "classes inside. Drop one anywhere here.")
            : tr("A folder with a folder of pictures for each class, or with train and test and the "
                 "classes inside. Drop one anywhere here."));
    setEnabled(true);
    showFolders();
    if (!settings.hasSource)
        setProblem(tr("The project has no Source layer, so there are no samples to show."));
    if (splitChanged && m_source)
        showCounts();
}

void DataView::setSource(std::shared_ptr<const Source> source,
                         std::shared_ptr<const Source> heldOut)
{
    const bool other = source != m_source || heldOut != m_heldOut;
    m_source = std::move(source);
    m_heldOut = std::move(heldOut);
    if (!m_source)
        return;
    m_centre->setCurrentIndex(0);
    if (other) {
        QStringList names;
        for (const std::string& name : m_source->classNames())
            names << QString::fromStdString(name);
        m_bars->setCounts(classCounts(*m_source), names);
        m_bars->setEnabled(true);
        const QSignalBlocker blocker(m_filter);
        m_filter->clear();
        m_filter->addItem(tr("All classes"));
        m_filter->addItems(names);
        fillUnreadable();
        m_table->setTable(tableFactsOf(*m_source));
        m_allNotes = false;
        showFolders();
        m_tile->setToolTip(hasRows() ? tr("Height of the rows") : tr("Size of the pictures"));
    }
    showCounts();
}

bool DataView::hasRows() const
{
    return m_source ? !m_source->hasImages() && !holdsSounds(*m_source)
                    : indexIn(kRowKinds, m_settings.kind) >= 0;
}

void DataView::setOpening(const QString& what)
{
    m_opening->setText(what);
    m_centre->setCurrentIndex(2);
}

void DataView::setProblem(const QString& sentence, bool detectable,
                          const std::vector<std::string>& names)
{
    m_source = nullptr;
    m_detect->setVisible(detectable);
    m_problem->setText(sentence);
    m_problem->setFixedHeight(m_problem->heightForWidth(m_problem->width())); // all of its lines
    m_problemWayOut->setText(!m_settings.hasSource ? tr("Add a Source layer")
                                 : hasRows()       ? tr("Choose a file…")
                                                   : tr("Choose a folder…"));
    m_centre->setCurrentIndex(1);
    m_facts->clear();
    showNotes();
    showFolders();
    m_splitText->clear();
    m_shown->clear();
    m_imbalance->clear();
    m_bars->setCounts({}, {});
    m_bars->setEnabled(false); // Tab goes past it
    m_table->setTable({}, names);
    m_unreadable->clear();
    m_unreadable->hide();
    m_unreadableTitle->hide();
    m_detail->hide();
}

bool DataView::settled() const
{
    return m_centre->currentIndex() == 1 || (m_centre->currentIndex() == 0 && m_grid->settled());
}

void DataView::showCounts()
{
    m_split = splitBy(m_source->size(), m_heldOut ? 0 : m_settings.validationFraction,
                      static_cast<std::uint64_t>(m_settings.splitSeed));
    const QLocale& l = locale();
    const Spec spec = m_source->imageSpec();
    QString size = tr("of different sizes");
    if (spec.shape.size() == 3 && spec.shape[0] != kUnknown && spec.shape[1] != kUnknown)
        size = QString("%1×%2×%3").arg(spec.shape[0]).arg(spec.shape[1]).arg(spec.shape[2]);
    m_facts->setText(m_source->hasImages()
                         ? tr("%1 images, %2, %3 classes")
                               .arg(l.toString(qlonglong{m_source->size()}), size)
                               .arg(m_source->classNames().size())
                         : holdsSounds(*m_source)
                         ? tr("%1 sounds of %2 samples, %3 classes")
                               .arg(l.toString(qlonglong{m_source->size()}),
                                    l.toString(qlonglong{m_source->columns().front().spec.shape[0]}))
                               .arg(m_source->classNames().size())
                         : tr("%1 rows, %n column(s), %2 classes", nullptr,
                              static_cast<int>(m_source->columns().size()))
                               .arg(l.toString(qlonglong{m_source->size()}))
                               .arg(m_source->classNames().size()));
    showNotes();
    showSplit();
    m_grid->setValidation(m_split.validation);

    const ClassCounts counts = classCounts(*m_source);
    const QString ratio = l.toString(counts.imbalance, 'f', 1);
    m_imbalance->setProperty("balanced", counts.imbalance < 1.5);
    if (!std::isfinite(counts.imbalance)) {
        m_imbalance->setText(tr("A class has no samples: it cannot be learned."));
        setLook(m_imbalance, "warn");
    } else if (counts.imbalance < 1.5) {
        m_imbalance->setText(tr("Balanced: the largest class has %1 times as many as the smallest.")
                                 .arg(ratio));
        setLook(m_imbalance, "hint");
    } else {
        m_imbalance->setText(tr("Imbalanced: the largest class has %1 times as many samples as the "
                                "smallest. Accuracy favours large classes.")
                                 .arg(ratio));
        setLook(m_imbalance, "warn");
    }
    showRows();
}

void DataView::showSplit()
{
    const QLocale& l = locale();
    m_fraction->setEnabled(!m_heldOut);
    m_fraction->setVisible(!m_heldOut);
    const QString why = m_heldOut ? tr("This source has samples of its own for validation, so none "
                                       "are split off.")
                                  : tr("Share of the samples that is not trained on");
    m_fraction->setToolTip(why);
    m_fractionText->setToolTip(why);
    m_fractionText->setText(
        m_heldOut ? tr("own samples")
                  : tr("%1 %").arg(QString::number(m_settings.validationFraction * 100, 'g', 4)));
    const auto validation = m_heldOut ? m_heldOut->size() : std::ssize(m_split.validation);
    QString split = tr("%1 for training, %2 for validation.")
                        .arg(l.toString(qlonglong{std::ssize(m_split.training)}),
                             l.toString(qlonglong{validation}));
    if (m_heldOut && isMade(m_settings.kind))
        split += ' ' + tr("Those for validation are made from another seed.");
    else if (const SplitFolders* folders = m_heldOut ? splitFoldersOf(*m_heldOut) : nullptr)
        split += ' '
            + tr("Those for validation are in the folder %1.")
                  .arg(QString::fromStdString(folders->validation));
    else if (m_heldOut)
        split += ' ' + tr("Those for validation are the test batch.");
    else if (validation == 0)
        split += ' ' + tr("Without validation nobody sees overfitting.");
    m_splitText->setText(split);
}

void DataView::showRows()
{
    if (!m_source)
        return;
    const std::shared_ptr<const Source>& source
        = m_heldOut && m_part->current() == 2 ? m_heldOut : m_source;
    std::vector<std::int64_t> rows = m_part->current() == 1 ? m_split.training : m_split.validation;
    if (m_part->current() == 0 || source == m_heldOut) {
        rows.resize(static_cast<std::size_t>(source->size()));
        std::iota(rows.begin(), rows.end(), std::int64_t{0});
    }
    const int wanted = m_filter->currentIndex() - 1;
    if (wanted >= 0)
        std::erase_if(rows, [&](std::int64_t row) { return source->label(row) != wanted; });
    m_grid->setSource(source);
    m_shown->setText(tr("%1 shown").arg(locale().toString(qlonglong{std::ssize(rows)})));
    m_grid->setEmptyText(tr("No sample is in this class and part."));
    m_grid->setRows(std::move(rows));
    showDetail();
}

void DataView::showDetail()
{
    const std::int64_t index = m_grid->current();
    m_pin->setEnabled(index >= 0);
    m_detail->setVisible(index >= 0 && m_source);
    if (index < 0 || !m_source)
        return;
    const bool heldOut = m_heldOut && m_part->current() == 2;
    const Source& source = heldOut ? *m_heldOut : *m_source;
    const QImage picture = m_grid->currentPicture();
    const QString failure = m_grid->currentFailure();
    const bool seen = failure.isEmpty() && (source.hasImages() || holdsSounds(source));
    m_detailPicture->setVisible(seen);
    m_detailPicture->setPixmap(QPixmap::fromImage(fitted(picture, m_detailPicture->size())));
    m_detailWords->setVisible(!seen);
    m_detailWords->setText(failure.isEmpty() ? m_grid->currentWords().left(600) : failure);
    m_detailName->setFullText(QString::fromStdString(source.nameOf(index)));
    const bool validation = heldOut || std::ranges::binary_search(m_split.validation, index);
    m_detailFacts->setText(tr("%1, sample %2\n%3")
                               .arg(QString::fromStdString(labelName(source, index)))
                               .arg(locale().toString(qlonglong{index}))
                               .arg(validation ? tr("for validation") : tr("for training")));
}

void DataView::fillUnreadable()
{
    m_unreadable->clear();
    const std::vector<Error> errors = m_source->unreadable();
    m_unreadableTitle->setText(
        hasRows() ? tr("Left out: %n row(s)", nullptr, static_cast<int>(errors.size()))
                  : tr("Left out: %n file(s) could not be read", nullptr,
                       static_cast<int>(errors.size())));
    m_unreadableTitle->setVisible(!errors.empty());
    m_unreadable->setVisible(!errors.empty());
    constexpr std::size_t kMost = 1'000;
    for (std::size_t i = 0; i < std::min(kMost, errors.size()); ++i) {
        auto* item = new QListWidgetItem(translated(errors[i]), m_unreadable);
        item->setToolTip(translated(errors[i]));
    }
    if (errors.size() > kMost)
        new QListWidgetItem(tr("and %1 more").arg(errors.size() - kMost), m_unreadable);
}

void DataView::chooseKind(const QString& kind)
{
    if (kind == m_settings.kind)
        return;
    Q_EMIT sourceRequested(kind, m_settings.path);
}

void DataView::commitPath()
{
    m_path->setModified(false);
    if (m_path->text() != m_settings.path)
        Q_EMIT sourceRequested(m_settings.kind, m_path->text());
}

void DataView::browse()
{
    if (!m_settings.hasSource) {
        Q_EMIT addSourceRequested();
        return;
    }
    if (indexIn(kRowKinds, m_settings.kind) >= 0) {
        const QString file = QFileDialog::getOpenFileName(
            this, tr("Texts or a table"), m_settings.path,
            tr("Texts and tables (*.csv *.tsv *.txt);;All files (*)"));
        if (!file.isEmpty())
            Q_EMIT sourceRequested(sourceKindOf(file, m_settings.kind), file);
        return;
    }
    const QString folder = QFileDialog::getExistingDirectory(this,
                                                             m_settings.kind == "sound_folder"
                                                                 ? tr("Folder with sounds")
                                                                 : tr("Folder with images"),
                                                             m_settings.path);
    if (!folder.isEmpty())
        Q_EMIT sourceRequested(sourceKindOf(folder), folder);
}

void DataView::requestShare()
{
    m_fractionText->setText(tr("%1 %").arg(m_fraction->value()));
    Q_EMIT splitRequested(m_fraction->value() / 100.0, m_splitSeed->value(),
                          m_fraction->isSliderDown());
}

void DataView::requestSplitSeed()
{
    // the slider has whole per cents up to a half, the recipe has others
    Q_EMIT splitRequested(m_settings.validationFraction, m_splitSeed->value(), false);
}

void DataView::requestPin(std::int64_t index)
{
    Q_EMIT pinRequested(index, m_heldOut && m_part->current() == 2);
}

void DataView::dragEnterEvent(QDragEnterEvent* event)
{
    if (!dataIn(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DataView::dropEvent(QDropEvent* event)
{
    const QString path = dataIn(event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    Q_EMIT sourceRequested(sourceKindOf(path, m_settings.kind), path);
}

} // namespace lb
