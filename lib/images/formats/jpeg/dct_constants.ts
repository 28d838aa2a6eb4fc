// Constants of the DCT by Loeffler, Ligtenberg and Moschytz (ICASSP 1989), in its form with 12 multiplications, × 2¹³.
export const SCALE = 13;
export const F_0_298 = 2446;
export const F_0_390 = 3196;
export const F_0_541 = 4433;
export const F_0_765 = 6270;
export const F_0_899 = 7373;
export const F_1_175 = 9633;
export const F_1_501 = 12299;
export const F_1_847 = 15137;
export const F_1_961 = 16069;
export const F_2_053 = 16819;
export const F_2_562 = 20995;
export const F_3_072 = 25172;
