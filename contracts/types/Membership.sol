// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What the federation knows of an address.
enum Membership {
    None, // never applied, or its application was withdrawn or rejected, or it was unbanned
    Applied, // has an open application
    Admitted, // is a member, also if it is past due
    Left, // left, was replaced, or its membership was expired; may apply again
    Banned // excluded by the managers
}

/// @notice The membership of one address. One slot.
struct Account {
    Membership membership; // where it stands now
    uint48 application; // number of its last application, from 1; 0 without one
    uint32 period; // seconds from the admission on that its fee pays for; 0 does not expire
    uint40 paidUntil; // as a member, seconds since 1970; 0 does not expire
    uint128 fee; // escrowed with that application, fee token's smallest unit
}
