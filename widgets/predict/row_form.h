#pragma once

#include <QStringList>
#include <QTimer>
#include <QWidget>

#include <vector>

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;

namespace lb {

/// An input of a model that a person fills in.
struct RowField {
    QString name; ///< "age"
    QString kind; ///< what belongs there: "text", "whole number", "number"
    bool isText = false;
    bool operator==(const RowField&) const = default;
};

/// A sentence, or a row with a field for each column, to be typed. What was typed is reported a
/// moment after the last key, and at once with Ctrl+Enter (in a field: Enter).
class RowForm : public QWidget {
    Q_OBJECT
public:
    explicit RowForm(QWidget* parent = nullptr);

    void setFields(std::vector<RowField> fields); ///< keeps what stands in fields that stay
    void setValues(const QStringList& values, const QString& from); ///< emits nothing
    QStringList values() const;
    bool isEmpty() const; ///< nothing was typed yet
    void setCanTakeRow(bool can); ///< whether there are data to take a row from

signals:
    void edited(const QStringList& values);
    void rowRequested(); ///< another row of the data

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void changed();
    void report();

    std::vector<RowField> m_fields;
    QPlainTextEdit* m_sentence; // Qt children
    QScrollArea* m_scroll;
    QWidget* m_form;
    std::vector<QLineEdit*> m_editors;
    QPushButton* m_take;
    QTimer m_pause;
};

} // namespace lb
