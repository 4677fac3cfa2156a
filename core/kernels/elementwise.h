#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Fast loops over plain float memory. Plain C++, no allocation; any thread.
namespace lb::kernels {

/// An operand over a table of rows x columns: element (r, c) is at r * row + c * column. With
/// column 1: [rows, columns] itself (row = columns) or one row for all (row = 0);
/// with column 0: one number a row (row = 1) or one for all (row = 0).
struct Strides {
    std::int64_t row = 0;
    std::int64_t column = 0;
};
struct Table {
    std::int64_t rows = 0, columns = 0;
};

enum class Binary : std::uint8_t { Add, Subtract, Multiply, Divide };

/// y[r, c] = a op b; y has rows x columns elements.
void binary(Binary op, Table table, const float* a, Strides ofA, const float* b, Strides ofB,
            float* y);

/// target += sign * dy, summed where the target repeats.
void addReduced(Table table, const float* dy, float sign, float* target, Strides ofTarget);
/// target += dy * factor, summed where the target repeats.
void addProduct(Table table, const float* dy, const float* factor, Strides ofFactor, float* target,
                Strides ofTarget);
/// target += dy / divisor, summed where the target repeats.
void addQuotient(Table table, const float* dy, const float* divisor, Strides ofDivisor,
                 float* target, Strides ofTarget);

void addInto(std::span<const float> x, float* y); ///< y += x
void fromBytes(std::span<const std::uint8_t> bytes, float* y);
bool allFinite(std::span<const float> x);

/// y[o, i] = mean over m of x[o, m, i].
struct Middle {
    std::int64_t outer = 0, middle = 0, inner = 0;
};
void meanOfMiddle(Middle at, const float* x, float* y);
void meanOfMiddleGradient(Middle at, const float* dy, float* dx); ///< overwrites dx

/// Index of the largest of each row's `columns` numbers, the first of equal ones.
void argmax(Table table, const float* x, std::int64_t* y);

} // namespace lb::kernels
