#pragma once

#include "core/interop/prepared_model.h"

#include <filesystem>
#include <memory>

namespace lb {

class Plan;
struct Plans; // by input shape

/// Answers raw rows: from pixels to the prediction. One thread at a time.
class Predictor {
public:
    /// `traced`: callOutputs() is wanted. Errors: those of flattened() and of weights that do not
    /// fit. `registry` outlives the predictor.
    static Result<Predictor> make(PreparedModel model, const LayerRegistry& registry,
                                  bool traced = false);
    Predictor(Predictor&&) noexcept;
    Predictor& operator=(Predictor&&) noexcept;
    ~Predictor();

    const PreparedModel& model() const { return m_model; }
    const std::vector<Column>& inputs() const { return m_model.inputs; } ///< batch in front
    const Spec& input() const { return m_model.inputs.front().spec; } ///< of the first, or the only
    const Spec& output() const { return m_output; } ///< batch in front, kUnknown

    /// The predictions for rows [n, ...], a few at a time. Errors: BadShape, BadParameter if the
    /// numbers cannot stand for the input's dtype (fractions for pixels).
    Result<Tensor> predict(const Tensor& rows);
    Result<Tensor> predict(std::span<const Tensor> inputs); ///< parallel to inputs()

    struct CallOutput {
        LayerId layer;
        std::string name; ///< of the call: "conv2d_1"
        Tensor value;
    };
    /// What every layer made of the last rows, in the order of computation; of a traced predictor.
    std::vector<CallOutput> callOutputs() const;

    /// A picture [h, w, 3] as one row of the input: resized where the input has a fixed size
    /// (kPictureResize; sides are not kept in proportion), grey where it has one channel.
    /// Errors: BadShape if the input takes no pictures; Unsupported for a checkpoint of training.
    Result<Tensor> rowOf(const Tensor& picture) const;

private:
    Predictor();
    Result<> checkRows(std::span<const Tensor> rows) const;
    Result<Plan*> planFor(std::span<const Tensor> rows);
    PreparedModel m_model;
    const LayerRegistry* m_registry = nullptr;
    Spec m_output;
    bool m_traced = false;
    std::unique_ptr<Plans> m_plans;
};

/// How pictures of another size become the input's: named in manifests.
inline constexpr std::string_view kPictureResize = "bilinear, antialiased, stretched";

/// Reads what a user predicts on, into rows [n, ...] for each input: pictures (.jpg, .png, ..) by
/// rowOf(), .wav as one row (of the sampling rate that the model knows, cut off or followed by silence, which
/// is a hint), .npy as one row or rows, .txt with a sentence a line, .csv with a header that names the
/// columns, .json with rows ({"age": 22, "sex": null}, or a list of such; a list of sentences), with
/// an object of columns, or with nested lists for the only input. `hints` gets what the file holds
/// and the model does not read. Errors: those of the file; BadShape; BadFile (a value of another
/// type), NotFound (a column), both with row and column; Unsupported (a file that such a model does
/// not take).
Result<std::vector<Tensor>> readRows(const Predictor& predictor,
                                     const std::filesystem::path& path,
                                     std::vector<Message>* hints = nullptr);
/// The same of text that is in memory and that errors call `name`: a sentence a line for a model of
/// one text, JSON for others.
Result<std::vector<Tensor>> rowsIn(const Predictor& predictor, std::string_view text,
                                   const std::string& name, std::vector<Message>& hints);

/// Whether a person can type a row: every input is one cell, a text or a number.
bool takesTypedRows(const Predictor& predictor);
/// A row as somebody typed it, a field for each of inputs(): "" and NA are missing values, as in a
/// file. Errors: BadParameter naming the input whose field is none of its kind; BadShape unless
/// there are as many fields as inputs.
Result<std::vector<Tensor>> typedRow(const Predictor& predictor,
                                     std::span<const std::string> fields);

/// Whether a shape is one of `wanted`, where kUnknown is any size.
bool matches(const Shape& wanted, std::span<const std::int64_t> shape);
/// That it is not: what the model takes, and what it got.
Error wrongShape(const Spec& input, const Shape& shape);

/// Rows one behind the other. Errors: BadShape if they differ beside the first axis.
Result<Tensor> stacked(std::span<const Tensor> rows);
Tensor rowsBetween(const Tensor& rows, std::int64_t from, std::int64_t to);

/// The largest |a - b|; infinity if shapes differ or a number is not finite.
double largestDifference(const Tensor& a, const Tensor& b);

} // namespace lb
