#pragma once

#include "core/preview/tried_text.h"

#include <QWidget>

class QLabel;
class QLineEdit;

namespace lb {

/// Type a sentence, see its tokens over their ids, the padded tensor, and what it decodes to.
class TryText : public QWidget {
    Q_OBJECT
public:
    explicit TryText(QWidget* parent = nullptr);

    QString sentence() const;
    void setSentence(const QString& sentence); ///< emits sentenceChanged()
    void setResult(const TriedText& result);
    const TriedText& result() const { return m_result; }
    QLineEdit& field() const { return *m_field; }

signals:
    void sentenceChanged(const QString& sentence); ///< by the user, at every key

private:
    class Chips;
    class Cells;

    TriedText m_result;
    QLineEdit* m_field;
    QLabel* m_oov;
    QLabel* m_standardized;
    Chips* m_chips;
    QLabel* m_dtype;
    Cells* m_cells;
    QLabel* m_decoded;
};

} // namespace lb
