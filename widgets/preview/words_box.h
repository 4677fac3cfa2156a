#pragma once

#include "core/preview/value_words.h"

#include <QWidget>

namespace lb {

/// A place for what a value says: see paintWords().
class WordsBox : public QWidget {
    Q_OBJECT
public:
    explicit WordsBox(QWidget* parent = nullptr);

    void setWords(const ValueWords& words);
    const ValueWords& words() const { return m_words; }
    QSize sizeHint() const override { return {280, 110}; }
    QSize minimumSizeHint() const override { return {160, 72}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ValueWords m_words;
};

} // namespace lb
