#pragma once

#include "widgets/predict/class_list.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace lb {

class ElidedLabel;
class PictureWell;
class SegmentedChoice;

/// What is said of a model that predicts.
struct PredictModel {
    QString name; ///< "cifar10.bundle", "run 2, epoch 5"
    QString facts; ///< "uint8 32×32×3 to 10 classes"
    QString note; ///< what the user should know: untrained, adapted on built-in data
};

/// Predicts one picture: choose the project's model or a file, drop a picture, see the top
/// classes and the picture as the model gets it. Its owner reads and computes.
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
    void setPictureError(const QString& sentence); ///< shows no classes

    PictureWell* well() const { return m_well; }
    ClassList* classes() const { return m_classes; }
    QImage seenPicture() const { return m_seenPicture; }
    QString errorText() const; ///< "" if there is none

signals:
    void currentModelRequested();
    void modelRequested(const QString& path); ///< a bundle's folder, a .zip or a .keras
    void pictureRequested(const QString& path);

private:
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
    ElidedLabel* m_pictureName;
    QLabel* m_seen;
    QLabel* m_seenText;
    QImage m_seenPicture;
    ClassList* m_classes;
    QLabel* m_state;
};

} // namespace lb
