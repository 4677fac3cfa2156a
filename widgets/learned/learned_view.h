#pragma once

#include "core/preview/learned_report.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace lb {

class BinsPage;
class CollisionsPage;
class MatrixPage;
class MomentsPage;

/// What a layer learned of numbers and categories, or does to them: histograms, bins, collisions, a
/// matrix. It shows and asks; the owner computes.
class LearnedView : public QWidget {
    Q_OBJECT
public:
    explicit LearnedView(QWidget* parent = nullptr);

    /// The layer that is looked at; `state`: it has one that can be moved and compared.
    void setLayer(const QString& name, LearnedKind kind, bool state);
    void setReport(const LearnedHandle& report); ///< of that layer; the busy bar goes
    /// There is none: why, and whether adapting would help.
    void setEmpty(const QString& why, bool canAdapt);
    void setBusy(double done, double total); ///< a report is being made; the old one stays
    void setPreviousKnown(bool known); ///< whether there is a state before to compare with
    bool isBusy() const;
    QString emptyText() const; ///< "": a report is shown

    MomentsPage& moments() const { return *m_moments; }
    BinsPage& bins() const { return *m_bins; }
    CollisionsPage& collisions() const { return *m_collisions; }
    MatrixPage& matrix() const { return *m_matrix; }

    static QString title(LearnedKind kind); ///< of a tab

signals:
    void wanted(bool wanted, const QString& title); ///< the owner has a layer to show, or none
    void shown(); ///< it came on screen: a report is worth its time
    void adaptRequested();
    void cancelRequested();
    void importRequested();
    void exportRequested();
    void compareFileRequested();
    void comparePreviousRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeEmpty();

    QStackedWidget* m_pages;
    QLabel *m_name, *m_rows, *m_emptyHint;
    QPushButton *m_adapt, *m_import, *m_export, *m_compare;
    QAction* m_comparePrevious = nullptr;
    QWidget* m_busy;
    QProgressBar* m_bar;
    QLabel* m_done;
    MomentsPage* m_moments;
    BinsPage* m_bins;
    CollisionsPage* m_collisions;
    MatrixPage* m_matrix;
    QWidget* m_empty;
};

} // namespace lb
