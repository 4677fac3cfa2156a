#pragma once

#include "widgets/preview/contact_sheet.h"
#include "widgets/preview/preview_bar.h"
#include "widgets/preview/preview_runner.h"
#include "widgets/preview/preview_view.h"

#include <QTimer>

namespace lb {

/// What the view shows and what it still waits for.
struct PreviewView::Impl {
    struct Place {
        int row = 0; ///< -1: an extreme
        int column = 0;
        bool isQuick = false;
    };
    struct Row {
        Pin pin;
        QImage picture;
        std::shared_ptr<const PreviewSample> native, nativeQuick, model;
    };

    PreviewView& self;
    const LayerRegistry& registry;
    PreviewRunner runner;
    QTimer busyTimer;
    QTimer scrollTimer;

    std::shared_ptr<const Document> document;
    Facts facts;
    Phase phase = Phase::Training;
    NodeId node;
    WeightsHandle weights;
    std::vector<Pin> pins;
    std::vector<Row> rows;
    std::vector<std::shared_ptr<const PreviewSample>> spares;
    Shape modelSize;
    int current = 0;

    PreviewBar* bar; // Qt children
    ContactSheet* sheet;

    std::map<std::string, std::vector<Place>> wanted; ///< what is not there yet
    std::map<std::pair<int, int>, double> numbers; ///< drawn, by row and column
    std::string probeKey;
    const RandomLayerType* random = nullptr;
    std::optional<DrawnRange> range;
    int columns = 0; ///< of draws

    Impl(PreviewView& owner, const LayerRegistry& theRegistry)
        : self(owner)
        , registry(theRegistry)
        , runner(theRegistry)
        , bar(new PreviewBar(&owner))
        , sheet(new ContactSheet(&owner))
    {
    }

    void takePins();
    void drawAnew(); ///< with the colours of another theme
    void refresh();
    void clear();
    void showControls(const Node& shown);
    void lookAtNode(const Node& shown);
    void layOut();
    void askForDraws(std::vector<PreviewTask>& tasks, const TargetHandle& target);
    void askForExtremes(std::vector<PreviewTask>& tasks);
    void addPartners(PreviewTask& task, int row, bool isQuick) const;
    void ask(std::vector<PreviewTask>& tasks, PreviewTask task, Place place);
    void take(const PreviewResult& result);
    void takeInto(const Place& place, const PreviewResult& result);
    void showPlot();
    void markBusy();
    PreviewScope scope() const
    {
        return bar->thisNode() ? PreviewScope::ThisNode : PreviewScope::UpToHere;
    }
    std::shared_ptr<const PreviewSample> sampleOf(const Row& row) const
    {
        return bar->native() ? row.native : row.model;
    }
};

} // namespace lb
