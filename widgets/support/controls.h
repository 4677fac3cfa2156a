#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QStringList>

#include <vector>

class QAbstractScrollArea;
class QButtonGroup;
class QHBoxLayout;

namespace lb {

/// A label with a look of the style sheet ("hint", "title", "mono").
QLabel* makeLabel(const QString& text, const char* look, QWidget* parent = nullptr);
/// A button with an icon of resources/icons; `look` may be null, `tip` says what it does and by
/// which key.
QPushButton* makeButton(const QString& text, const QString& icon, const char* look,
                        const QString& tip = {}, QWidget* parent = nullptr);
/// A plain widget that the style sheet paints as a panel.
QWidget* makePanel(QWidget* parent = nullptr);
/// What is in it has no control: Tab comes to the area, and its keys scroll.
void scrollByKeys(QAbstractScrollArea& area, const QString& name);
/// A 1 px separator in the colour of lines.
QFrame* makeLine(Qt::Orientation orientation, QWidget* parent = nullptr);
/// A row: caption left, value editor right, 28 high.
QWidget* makeFormRow(const QString& caption, QWidget* editor, QWidget* parent = nullptr);
/// Changes a dynamic property that the style sheet reads.
void setLook(QWidget* widget, const char* look);

/// Buttons of which one is down, or none where the owner says so; arrows walk along them.
class SegmentedChoice : public QFrame {
    Q_OBJECT
public:
    explicit SegmentedChoice(const QStringList& names, QWidget* parent = nullptr);

    int current() const; ///< -1: none
    void setCurrent(int index); ///< emits nothing; -1: none is down
    QPushButton* button(int index) const;

signals:
    void chosen(int index); ///< by the user

private:
    QButtonGroup* m_buttons;
};

/// A caption over a value that stands out: "Elapsed" over "1:01:22".
class KeyFigure : public QWidget {
    Q_OBJECT
public:
    explicit KeyFigure(const QString& caption, QWidget* parent = nullptr);

    void setValue(const QString& value, const QString& note = {}); ///< the note stands small behind
    void setNoteShown(bool shown); ///< else it is the tool tip: where there is little room
    int noteWidth() const; ///< with the space before it
    QString value() const;

private:
    QLabel* m_value;
    QLabel* m_note;
    bool m_noteShown = true;
};

/// Key figures side by side with lines between; without their notes where those have no room.
class FigureRow : public QWidget {
    Q_OBJECT
public:
    explicit FigureRow(QWidget* parent = nullptr);

    KeyFigure* add(const QString& caption);
    QSize minimumSizeHint() const override; ///< without notes

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    int notesWidth() const;
    void fit();

    std::vector<KeyFigure*> m_figures; // Qt children
    bool m_noted = true;
};

/// A label that shortens its text at the right end to what fits and shows the whole as a tooltip.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(const char* look, Qt::TextElideMode mode = Qt::ElideRight,
                         QWidget* parent = nullptr);

    void setFullText(const QString& text);
    QString fullText() const { return m_full; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void shorten();

    QString m_full;
    Qt::TextElideMode m_mode;
};

} // namespace lb
