#pragma once

#include "core/preview/value_words.h"
#include "widgets/predict/class_list.h"
#include "widgets/predict/row_form.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace lb {

class ElidedLabel;
class PictureWell;
class SegmentedChoice;
class WordsBox;

/// What is said of a model that predicts.
struct PredictModel {
    QString name; ///< "cifar10.bundle", "run 2, epoch 5"
    QString facts; ///< "uint8 32×32×3 to 10 classes"
    QString note; ///< what the user should know: untrained, adapted on built-in data
    std::vector<RowField> fields = {}; ///< of a row; empty: the model takes pictures
};

/// Predicts one picture, sentence or row: choose the project's model or a file, drop a picture or
/// type, see the top classes and what the model gets. Its owner reads and computes.
class PredictPanel : public QWidget {
    Q_OBJECT
public:
    explicit PredictPanel(QWidget* parent = nullptr);

    void setModel(const PredictModel& model, bool isCurrent);
    void setModelError(const QString& sentence); ///< the model before stays in use
    void setPicture(const QImage& picture, const QString& name);
    void setBusy(const QString& what); ///< "" when it is done
    /// `seen`: the picture as the model gets it.
    void setPrediction(std::vector<ClassProbability> classes, const QImage& seen,
                       const QString& took);
    /// The same of a row; `seen`: its words and ids, or its cells as the model gets them.
    void setRowPrediction(std::vector<ClassProbability> classes, const ValueWords& seen,
                          const QString& took);
    void setPictureError(const QString& sentence); ///< shows no classes

    PictureWell* well() const { return m_well; }
    RowForm* form() const { return m_form; }
    const ValueWords& seenWords() const;
    ClassList* classes() const { return m_classes; }
    QImage seenPicture() const { return m_seenPicture; }
    QString errorText() const; ///< "" if there is none

signals:
    void currentModelRequested();
    void modelRequested(const QString& path); ///< a bundle's folder, a .zip or a .keras
    void pictureRequested(const QString& path);
    void rowTyped(const QStringList& values); ///< a value for each of the model's fields
    void rowRequested(); ///< a row of the data

private:
    QWidget* makeSeen();
    bool takesRows() const;
    void showClasses(std::vector<ClassProbability> classes, const QString& took);

    void askForModel(const QPoint& at);
    void askForPicture();
    void takeFile(const QString& path);
    void showError(const QString& sentence);

    SegmentedChoice* m_which;
    ElidedLabel* m_name;
    QLabel* m_facts;
    QLabel* m_note;
    QWidget* m_errorCard;
    QLabel* m_error;
    PictureWell* m_well;
    RowForm* m_form;
    QStackedWidget* m_given; ///< picture or row
    QStackedWidget* m_seenParts;
    WordsBox* m_seenWords;
    ElidedLabel* m_pictureName;
    QLabel* m_seen;
    QLabel* m_seenText;
    QImage m_seenPicture;
    ClassList* m_classes;
    QLabel* m_state;
};

} // namespace lb
