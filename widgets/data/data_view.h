#pragma once

#include "core/data/sources.h"
#include "widgets/data/table_panel.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSlider;
class QSpinBox;
class QStackedWidget;

namespace lb {

class ClassBars;
class ElidedLabel;
class SampleGrid;
class SegmentedChoice;

/// What a project says of its data: the Source layer's config and the recipe's split.
struct DataSettings {
    QString kind = "drawn_shapes"; ///< core/data/sources.h: sourceKinds()
    QString path;
    std::int64_t count = 0, seed = 0; ///< of drawn shapes
    double validationFraction = 0; ///< 0..1
    std::int64_t splitSeed = 0;
    bool hasSource = true; ///< false: the project has no Source layer
    TableSettings table = {}; ///< of texts and tables
    QString folders = "auto"; ///< of images: or "classes", "splits"
    bool operator==(const DataSettings&) const = default;
};

/// Of a folder: "cifar10" if it holds data_batch_*.bin, "sound_folder" if the first class that has
/// files has WAV files, "text" if it holds text files or a table and no folders, else
/// "image_folder". Of a file: "text" for .txt, "csv" for .csv and .tsv, unless `now` reads such a
/// file too: "text" may be a .csv.
QString sourceKindOf(const QString& path, const QString& now = {});

/// The workspace Data: where samples come from, how they are split, how many of each class there
/// are, and a look at every one of them. It reports wishes; its owner edits and opens.
class DataView : public QWidget {
    Q_OBJECT
public:
    explicit DataView(QWidget* parent = nullptr);
    ~DataView() override;

    void setSettings(const DataSettings& settings); ///< emits nothing
    /// `heldOut`: what validation takes instead of a fraction of `source`; null where there is none.
    void setSource(std::shared_ptr<const Source> source,
                   std::shared_ptr<const Source> heldOut = nullptr);
    void setOpening(const QString& what); ///< "Looking at 50,000 files": nothing to show yet
    /// Why there is no source; the way out is beside it, and `detectable`: a second one, to detect the
    /// label, the columns and the dialect of the table anew. `names`: what the table's label may be.
    void setProblem(const QString& sentence, bool detectable = false,
                    const std::vector<std::string>& names = {});
    /// What changed with the choice of the data; stands in front of what the source notes.
    void setChoiceNotes(const std::vector<Message>& notes);

    SampleGrid* grid() const { return m_grid; }
    ClassBars* classes() const { return m_bars; }
    TablePanel* table() const { return m_table; }
    bool settled() const;

signals:
    void sourceRequested(const QString& kind, const QString& path); ///< another kind or folder
    void countRequested(qint64 count);
    void seedRequested(qint64 seed);
    void splitRequested(double fraction, qint64 seed, bool dragging);
    void tableEdited(const QString& key, const lb::Config& value); ///< of the Source layer
    void pinRequested(qint64 index, bool heldOut); ///< a sample of the source, or of the held-out one
    void foldersRequested(const QString& folders); ///< "auto", "classes", "splits"
    void detectionRequested(); ///< of the label, the columns and the dialect
    void addSourceRequested(); ///< the project has no Source layer
    void reloadRequested();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override; ///< a narrow one leaves the room to the samples

private:
    QWidget* makeSourcePanel();
    QWidget* makeSplitPanel();
    QWidget* makeCentre();
    QWidget* makeClassPanel();
    void browse();
    void chooseKind(const QString& kind);
    bool hasRows() const; ///< the source gives texts or rows of a table
    void commitPath();
    void requestShare();
    void requestSplitSeed();
    void requestPin(std::int64_t index);
    void showNotes();
    void showFolders();
    void showSplit();
    void showCounts();
    void showRows();
    void fillUnreadable();
    QWidget* makeDetail();
    void showDetail();

    DataSettings m_settings;
    std::shared_ptr<const Source> m_source;
    std::shared_ptr<const Source> m_heldOut;
    Split m_split;

    SegmentedChoice* m_kind = nullptr; ///< of pictures
    SegmentedChoice* m_rowKind = nullptr; ///< of texts and tables
    TablePanel* m_table = nullptr;
    QWidget* m_tableRoom = nullptr; ///< takes the room while there is no table
    QWidget* m_drawnFields = nullptr;
    QWidget* m_folderFields = nullptr;
    QSpinBox* m_count = nullptr;
    QSpinBox* m_seed = nullptr;
    QLineEdit* m_path = nullptr;
    QLabel* m_kindHint = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_notes = nullptr;
    QPushButton* m_moreNotes = nullptr; ///< "and 5 more"
    QWidget* m_notesRoom = nullptr; ///< scrolls many notes
    bool m_allNotes = false;
    std::vector<Message> m_choiceNotes;
    QWidget* m_foldersRow = nullptr;
    QComboBox* m_folders = nullptr;
    QSlider* m_fraction = nullptr;
    QLabel* m_fractionText = nullptr;
    QSpinBox* m_splitSeed = nullptr;
    QLabel* m_splitText = nullptr;
    SampleGrid* m_grid = nullptr;
    QStackedWidget* m_centre = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_problemWayOut = nullptr;
    QPushButton* m_detect = nullptr;
    QLabel* m_opening = nullptr;
    SegmentedChoice* m_part = nullptr;
    QComboBox* m_filter = nullptr;
    SegmentedChoice* m_tile = nullptr;
    QPushButton* m_pin = nullptr;
    QLabel* m_shown = nullptr;
    QWidget* m_detail = nullptr;
    QLabel* m_detailPicture = nullptr;
    QLabel* m_detailWords = nullptr;
    ElidedLabel* m_detailName = nullptr;
    QLabel* m_detailFacts = nullptr;
    QWidget* m_classPanel = nullptr;
    ClassBars* m_bars = nullptr;
    QLabel* m_imbalance = nullptr;
    QLabel* m_unreadableTitle = nullptr;
    QListWidget* m_unreadable = nullptr;
};

} // namespace lb
