#pragma once

#include "core/graph/analysis.h"
#include "tests/core/example_document.h"
#include "tests/core/stand_in_layers.h"

namespace lb::test {

/// What the tests of analysis and lints share: data as a job describes them, and how to ask.
class AnalysisTest {
protected:
    AnalysisTest() { fill(m_registry); }

    static Facts tenShapes()
    {
        Facts facts;
        facts.columns = {{"image", {DType::UInt8, {32, 32, 3}, ValueRange::proven(0, 255)}}};
        facts.samples = 64;
        facts.classNames = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
        facts.dataHash = "hash of the data";
        return facts;
    }
    static Facts sentences()
    {
        Facts facts;
        facts.columns = {{"text", {DType::String, {}, {}}}, {"fare", {DType::Float32, {}, {}}}};
        facts.samples = 64;
        facts.classNames = {"praise", "complaint"};
        facts.dataHash = "hash of the texts";
        return facts;
    }

    static Config dense(std::int64_t units, const char* activation = "linear")
    {
        return ConfigObject{{"units", units}, {"activation", activation}};
    }
    /// Bytes to 0..1, the batch, and all axes in one.
    NodeId flattened(Builder& b, NodeId source) const
    {
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        return b.after(b.after(scaled, "Batch"), "Flatten");
    }

    Analysis of(const Document& document, const Facts& facts = tenShapes()) const
    {
        return analysed(document, facts, m_registry);
    }
    static const Problem* find(const std::vector<Problem>& problems, std::string_view code,
                               NodeId node = {})
    {
        for (const Problem& problem : problems)
            if (problem.code == code && (!node.value || problem.node == node))
                return &problem;
        return nullptr;
    }
    static std::vector<std::string> titles(const Problem& problem)
    {
        std::vector<std::string> names;
        for (const Fix& fix : problem.fixes)
            names.push_back(english(fix.title));
        return names;
    }
    static const char* first(const Analysis& analysis)
    {
        static std::string text;
        text = analysis.problems.empty()
            ? ""
            : analysis.problems[0].code + ": " + english(analysis.problems[0].message);
        return text.c_str();
    }

    const Config kByte = ConfigObject{{"scale", 1.0 / 255}, {"offset", 0.0}};
    LayerRegistry m_registry;
};

} // namespace lb::test
