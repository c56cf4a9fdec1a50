// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Heap} from "../../contracts/libraries/Heap.sol";
import {Order} from "./support/Order.sol";

contract HeapProof {
    /// @dev Keys are only compared and moved, so that eight bits are enough to have so few of them in every order.
    /// They fall, and as many of them as of all keys exceed any threshold, up to their number: only the largest do.
    /// @custom:halmos --array-lengths small={0,1,2,3,4}
    function prove_the_largest_come_in_order(uint8[] calldata small, uint256 count, uint8 threshold) external pure {
        uint256[] memory keys = widened(small);
        count = enumerated(count, keys.length);
        uint256 above = Order.countAbove(keys, threshold);
        uint256[] memory top = Heap.largest(keys, count);
        assert(top.length == (count < keys.length ? count : keys.length));
        assert(Order.falls(top) && Order.countAbove(top, threshold) == (above < top.length ? above : top.length));
    }

    /// @custom:halmos --array-lengths keys=3
    function refute_keys_come_as_they_were_given(uint256[] memory keys) external pure {
        uint256 first = keys[0];
        assert(Heap.largest(keys, 3)[0] == first);
    }

    function widened(uint8[] calldata small) private pure returns (uint256[] memory keys) {
        keys = new uint256[](small.length);
        for (uint256 i = 0; i < small.length; ++i) {
            keys[i] = small[i];
        }
    }

    /// @dev The same number, but known to the prover: memory of an unknown size is beyond it.
    function enumerated(uint256 count, uint256 most) private pure returns (uint256) {
        for (uint256 i = 0; i <= most; ++i) {
            if (count == i) return i;
        }
        return count;
    }
}
